package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Source;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SortedVideosTest {
  @Test
  void howeverManyRunsThereAreTheOrderIsOne() throws IOException {
    Set<Path> before = spilled();
    for (int run : new int[] {1, 7, 100, 101, 1000}) {
      List<StoredVideo> expected = videos();
      List<StoredVideo> shuffled = new ArrayList<>(expected);
      Collections.shuffle(shuffled, new Random(run));
      expected.sort(Comparator.comparing(StoredVideo::path));
      try (SortedVideos sorted = new SortedVideos(run)) {
        shuffled.forEach(sorted::add);
        assertThat(sorted.size()).isEqualTo(100);
        assertThat(sorted).as("runs of %d", run).containsExactlyElementsOf(expected);
        assertThat(sorted).as("read again").containsExactlyElementsOf(expected);
        assertThat(spilled()).hasSize(before.size() + 100 / run);
      }
      assertThat(spilled()).isEqualTo(before);
    }
  }

  private static Set<Path> spilled() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("multigrid-videos"))
          .collect(Collectors.toSet());
    }
  }

  private static List<StoredVideo> videos() {
    List<StoredVideo> videos = new ArrayList<>();
    for (int v = 0; v < 100; v++) {
      videos.add(
          new StoredVideo(
              "vidéo " + v * 7919 % 1000,
              List.of(VideoLabel.whole(v % 3)),
              Split.values()[v % 3],
              8,
              6,
              1.5,
              new StoredVideo.Location(v % 5, v, List.of(16L, 1L << 40), List.of(30, 60)),
              new Source(v, 2),
              null));
    }
    return videos;
  }
}

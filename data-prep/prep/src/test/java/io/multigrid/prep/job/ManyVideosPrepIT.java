package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoLabel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A driver puts data sets of many videos together: 400,000 by default, ten million with {@code
 * -Dmany.videos=10000000}, in 4 GB.
 */
class ManyVideosPrepIT {
  private static final int VIDEOS = Integer.getInteger("many.videos", 400_000);

  /** Of what does not grow; and for every million videos. 4,000 for ten million. */
  private static final int HEAP_MEGABYTES = 200 + (int) (380L * VIDEOS / 1_000_000);

  private static final int PATIENCE_MINUTES = 30;
  @TempDir Path folder;

  @Test
  void aDriverOfFourGigabytesPutsTenMillionVideosTogether() throws Exception {
    Path data = folder.resolve("data");
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(System.getProperty("jvm.spark").split(" ")));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-Xmx" + HEAP_MEGABYTES + "m", "-Djava.io.tmpdir=" + folder));
    command.addAll(List.of("-cp", classPath, ManyVideosPrepMain.class.getName()));
    command.addAll(List.of(data.toString(), "" + VIDEOS));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      assertThat(ended && process.exitValue() == 0).as("%s", Files.readString(log)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> said =
        Files.readAllLines(log).stream().filter(line -> line.startsWith("many: ")).toList();
    said.forEach(System.out::println);
    int half = VIDEOS / 2;
    assertThat(said)
        .contains("many: kept 0, resumed %d, to do %d".formatted(half, VIDEOS - half))
        .contains("many: kept %d, resumed %d, to do 0".formatted(half, VIDEOS - half));
    Dataset prepared = Dataset.open(data.toString(), new Configuration());
    assertThat(prepared.revision()).isEqualTo(2);
    assertThat(prepared.size(Split.TRAIN)).isEqualTo(VIDEOS);
    for (int video : new int[] {0, 1, 77_777, VIDEOS - 1}) {
      StoredVideo stored = prepared.video(Split.TRAIN, video);
      assertThat(stored.path()).isEqualTo(ManyVideosPrepMain.name(video));
      assertThat(stored.labels()).containsExactly(VideoLabel.whole(video % 2));
      assertThat(stored.location().offsets()).containsOnly(16L + video);
    }
  }
}

package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoLabel;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelSetsTest {
  private static final StoredVideo VIDEO =
      new StoredVideo(
          "a.mp4",
          List.of(
              new VideoLabel(4, 2.0, 5.0),
              new VideoLabel(1, 7.0, null),
              new VideoLabel(4, 8.0, 9.0),
              VideoLabel.whole(6)),
          Split.TRAIN,
          320,
          240,
          10,
          new StoredVideo.Location(0, 0, List.of(16L), List.of(150)),
          null,
          null);

  @Test
  void aClipHasTheLabelsOfItsTime() {
    assertThat(LabelSets.during(VIDEO, 0, 1.9)).containsExactly(6);
    assertThat(LabelSets.during(VIDEO, 0, 2)).containsExactly(4, 6);
    assertThat(LabelSets.during(VIDEO, 5, 6)).containsExactly(4, 6);
    assertThat(LabelSets.during(VIDEO, 5.1, 6.9)).containsExactly(6);
    assertThat(LabelSets.during(VIDEO, 7.5, 7.6)).containsExactly(1, 6);
    assertThat(LabelSets.during(VIDEO, 0, 10)).containsExactly(4, 1, 6);
  }

  @Test
  void aVideoHasAllOfThem() {
    assertThat(LabelSets.of(VIDEO)).containsExactly(4, 1, 6);
  }
}

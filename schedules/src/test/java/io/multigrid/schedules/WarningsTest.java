package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WarningsTest {
  @Test
  void aSlowPathwayThatIsLeftWithOneFrameIsNamed() {
    assertThat(plan(10_000, "clip.frames=16", "model.alpha=4").warnings())
        .singleElement()
        .asString()
        .startsWith(
            "the slow pathway is left with 1 frame on the coarsest grid (4 frames, alpha 4)")
        .contains("use more frames, a smaller alpha, a longer warm-up or a lower rate");
    assertThat(plan(10_000, "clip.frames=16", "model.alpha=2").warnings()).isEmpty();
    assertThat(plan(10_000, "clip.frames=16", "model.alpha=4", "cycles.long=false").warnings())
        .isEmpty();
  }

  @Test
  void batchesLargerThanTheDataSetAreNamedStageByStage() {
    assertThat(plan(1000).warnings())
        .first()
        .asString()
        .isEqualTo(
            "stage 0 has batches of 1024 clips, the data set 1000 videos: videos repeat within a batch");
  }

  private static Plan plan(long videos, String... sets) {
    return Plan.of(Recipe.from(Settings.load(Optional.empty(), List.of(sets))), videos);
  }
}

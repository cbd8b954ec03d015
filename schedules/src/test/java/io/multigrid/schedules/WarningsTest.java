package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  @Test
  void aGroupLargerThanAllClipsOfAnIterationIsAllOfThem() {
    Plan plan = plan(10_000, "workers=1", "batch=4", "clip.frames=16", "model.alpha=2");
    assertThat(plan.warnings())
        .containsExactly(
            "batch normalisation sees groups of 4 clips in batches of 4, not of cycles.bn-group = 8;"
                + " a multiple of workers x bn-group = 8 has those");
    assertThat(plan.stages().get(0).batchNorm())
        .isEqualTo(new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1));
    assertThat(plan.stages().get(12).batch()).isEqualTo(4);
    assertThat(plan.stages().get(12).batchNorm()).isEqualTo(BatchNorm.PLAIN);
    Plan two = plan(10_000, "workers=2", "batch=4", "clip.frames=16", "model.alpha=2");
    assertThat(two.stages().get(12).batchNorm())
        .isEqualTo(new BatchNorm(BatchNorm.Kind.SYNC, 1, 2));
  }

  @Test
  void aScheduleThatEndsWithItsLastStepHasNoLastPhase() {
    Plan plan = plan(10_000, "solver.epochs=196");
    assertThat(plan.warnings())
        .containsExactly(
            "solver.epochs = 196 is the last of solver.steps: there is no last phase at the finest"
                + " shape and that step's rate; leave the step out, or train longer");
    Stage last = plan.stages().get(12);
    assertThat(plan.epochs()).isEqualTo(294); // 196 x 1.5
    assertThat(last.firstEpoch()).isEqualTo(294);
    assertThat(last.iterations()).isZero();
    assertThat(plan.iteration(plan.iterations() - 1).stage()).isEqualTo(11);
    assertThat(plan.learningRate(293.99)).isEqualTo(0.1 * Math.pow(0.1, 2));
    assertThat(plan(10_000, "solver.epochs=196", "cycles.long=false").epochs()).isEqualTo(294);
    assertThatThrownBy(() -> plan(10_000, "solver.epochs=195"))
        .hasMessageContaining(
            "multigrid.solver.epochs = 195: must not be below the last of solver.steps, 196;"
                + " train longer, or give solver.steps that end before");
  }

  private static Plan plan(long videos, String... sets) {
    return Plan.of(Recipe.from(Settings.load(Optional.empty(), List.of(sets))), videos);
  }
}

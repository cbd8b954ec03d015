package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;

/** What holds of every long cycle. */
@Domain(AnyRecipe.class)
class LongCyclePropertyTest {
  @Property(seed = "1", tries = 300)
  void everyStepButTheLastTurnsThroughAllShapesFromCoarseToFine(@ForAll Recipe recipe) {
    Assume.that(recipe.cycles().longCycle());
    List<LongCycle.Phase> phases = LongCycle.phases(recipe);
    int shapes = recipe.cycles().longFactors().size();
    int steps = recipe.solver().steps().size();
    assertThat(phases).hasSize((steps - 1) * shapes + 1);
    for (int i = 0; i < phases.size() - 1; i++) {
      assertThat(phases.get(i).step()).isEqualTo(i / shapes);
      assertThat(phases.get(i).endEpoch()).isLessThanOrEqualTo(phases.get(i + 1).endEpoch());
      if (i % shapes > 0) {
        assertThat(phases.get(i).batchFactor())
            .isLessThanOrEqualTo(phases.get(i - 1).batchFactor());
      }
    }
    LongCycle.Phase last = phases.get(phases.size() - 1);
    assertThat(last.step()).isEqualTo(steps - 1);
    assertThat(last.batchFactor()).isEqualTo(1);
    assertThat(last.crop()).isEqualTo(recipe.clip().crop());
  }

  /** So the epochs of two shapes are as their mean batches; ends are rounded to whole epochs. */
  @Property(seed = "2", tries = 300)
  void everyShapeOfAStepHasAsManyIterations(@ForAll Recipe recipe) {
    Assume.that(recipe.cycles().longCycle());
    long videos = 10_000_000;
    List<Stage> stages = Plan.of(recipe, videos).stages();
    int shapes = recipe.cycles().longFactors().size();
    for (int first = 0; first + shapes < stages.size(); first += shapes) {
      List<Stage> step = stages.subList(first, first + shapes);
      double expected = step.stream().mapToLong(Stage::iterations).sum() / (double) shapes;
      for (Stage stage : step) {
        // An epoch more or less of it, and of each of the others, is rounding; so is its batch.
        double rounding =
            step.stream().mapToLong(Stage::iterationsPerEpoch).max().orElseThrow() * 1.1;
        assertThat((double) stage.iterations())
            .isCloseTo(expected, within(rounding + 0.1 * expected));
      }
    }
  }

  @Property(seed = "3", tries = 200)
  void everyStepHasTheShareOfEpochsThatTheBaselineGivesIt(@ForAll Recipe recipe) {
    Assume.that(!recipe.cycles().longCycle());
    double factor = recipe.cycles().shortCycle() ? recipe.cycles().epochFactor() : 1;
    List<LongCycle.Phase> phases = LongCycle.phases(recipe);
    List<Integer> steps = recipe.solver().steps();
    for (int i = 0; i + 1 < steps.size(); i++) {
      assertThat(phases.get(i).endEpoch()).isEqualTo((int) (steps.get(i + 1) * factor));
    }
  }
}

package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** What holds of every learning rate. */
@Domain(AnyRecipe.class)
@Domain(DomainContext.Global.class)
class LearningRatePropertyTest {
  @Property(seed = "1", tries = 300)
  void warmUpClimbsInALineToWhatTheScheduleHasAtItsEnd(
      @ForAll Recipe recipe, @ForAll @DoubleRange(min = 0, max = 0.99) double part) {
    Solver.Warmup warmup = recipe.solver().warmup();
    Assume.that(warmup.epochs() > 0);
    Plan plan = Plan.of(recipe, 1000);
    double end = plan.learningRate(warmup.epochs());
    assertThat(plan.learningRate(0)).isEqualTo(warmup.start());
    assertThat(plan.learningRate(part * warmup.epochs()))
        .isCloseTo(warmup.start() + part * (end - warmup.start()), within(1e-9));
  }

  @Property(seed = "2", tries = 300)
  void aCosineHasNoJump(
      @ForAll Recipe recipe, @ForAll @DoubleRange(min = 0, max = 1) double where) {
    Assume.that(recipe.solver().policy() == Solver.Policy.COSINE);
    Plan plan = Plan.of(recipe, 1000);
    Assume.that(plan.epochs() > 0);
    double warmup = recipe.solver().warmup().epochs();
    double epoch = warmup + where * Math.max(0, plan.epochs() - warmup);
    double slope = Math.PI * recipe.solver().learningRate() / plan.epochs();
    assertThat(plan.learningRate(epoch + 1e-3))
        .isCloseTo(plan.learningRate(epoch), within(slope * 1e-3));
  }

  @Property(seed = "3", tries = 300)
  void stepsAreTheBaseRateTimesGammaAndTheBatchFactorOfTheirStage(@ForAll Recipe recipe) {
    Assume.that(recipe.solver().policy() == Solver.Policy.STEPS);
    Plan plan = Plan.of(recipe, 1000);
    Stage fineTuning = plan.stages().get(plan.stages().size() - 1);
    for (Stage stage : plan.stages()) {
      double middle = (stage.firstEpoch() + stage.endEpoch()) / 2.0;
      boolean known = !recipe.cycles().longCycle() || stage.index() < fineTuning.index();
      if (known && stage.epochs() > 0 && middle >= recipe.solver().warmup().epochs()) {
        double rate =
            Math.pow(recipe.solver().gamma(), stage.step())
                * stage.batchFactor()
                * recipe.solver().learningRate();
        assertThat(plan.learningRate(middle)).isCloseTo(rate, within(1e-12));
        assertThat(stage.learningRate()).isCloseTo(rate, within(1e-12));
      }
    }
  }
}

package io.multigrid.train.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The baseline's schedule in less time, which must be one that can be trained by. */
class ShortenedTest {
  private static final Settings LONG =
      TinyData.settings("solver.epochs=12", "solver.steps=[0,6,9]", "solver.warmup-epochs=3.0");

  @Test
  void stepsAndWarmUpShrinkWithTheEpochs() {
    Recipe half = Recipe.from(ComparedSettings.shortened(LONG, 0.5));
    assertThat(half.solver().epochs()).isEqualTo(6);
    assertThat(half.solver().steps()).isEqualTo(List.of(0, 3, 5));
    assertThat(half.solver().warmup().epochs()).isEqualTo(1.5);
  }

  /** Of a quarter of twelve epochs, steps 1.5 and 2.25 are both 2 when rounded. */
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.1, 0.25, 0.3, 0.35, 0.4, 0.6, 0.9, 1.3})
  void everyStepKeepsAnEpochOfItsOwn(double share) {
    Recipe shorter = Recipe.from(ComparedSettings.shortened(LONG, share));
    List<Integer> steps = shorter.solver().steps();
    assertThat(steps).hasSize(3).doesNotHaveDuplicates().isSorted().startsWith(0);
    assertThat(steps.get(2)).isLessThan(shorter.solver().epochs());
  }
}

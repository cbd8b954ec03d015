package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import org.junit.jupiter.api.Test;

/** Where a run goes on in another plan. */
class PositionTest {
  private static final Plan CYCLES = plan();
  private static final Plan BASELINE = plan("cycles.long=false", "cycles.short=false");

  private static Plan plan(String... sets) {
    return Plan.of(Recipe.from(TinyData.settings(sets)), 48);
  }

  @Test
  void everyPlaceOfAPlanIsItself() {
    for (long done = 0; done <= CYCLES.iterations(); done++) {
      assertThat(Position.after(CYCLES, done).iterations(CYCLES)).isEqualTo(done);
      assertThat(Position.after(CYCLES, done).within(CYCLES)).isTrue();
    }
  }

  @Test
  void epochsAreKeptAndWithinThemTheNearestIteration() {
    Plan twice = plan("cycles.long=false", "cycles.short=false", "batch=16");
    assertThat(BASELINE.iterations()).isEqualTo(8 * 6);
    assertThat(twice.iterations()).isEqualTo(8 * 3);
    for (int epoch = 0; epoch <= 8; epoch++) {
      assertThat(Position.after(BASELINE, 6L * epoch).iterations(twice)).isEqualTo(3L * epoch);
      assertThat(Position.after(twice, 3L * epoch).iterations(BASELINE)).isEqualTo(6L * epoch);
    }
    assertThat(Position.after(BASELINE, 14).iterations(twice)).isEqualTo(7);
    assertThat(Position.after(twice, 8).iterations(BASELINE)).isEqualTo(16);
    long before = 0;
    for (long done = 0; done <= CYCLES.iterations(); done++) {
      Position position = Position.after(CYCLES, done);
      if (position.within(BASELINE)) {
        assertThat(position.iterations(BASELINE)).isBetween(before, BASELINE.iterations());
        before = position.iterations(BASELINE);
      }
    }
  }

  @Test
  void whatLiesBehindTheEndOfAPlanIsNotWithinIt() {
    Plan shorter = plan("cycles.long=false", "cycles.short=false", "solver.epochs=6");
    assertThat(Position.after(BASELINE, 36).within(shorter)).isTrue();
    assertThat(Position.after(BASELINE, 36).iterations(shorter)).isEqualTo(36);
    assertThat(Position.after(BASELINE, 37).within(shorter)).isFalse();
  }

  /** Checkpoints of earlier programs say less. */
  @Test
  void withoutAPositionTheSamePlanGoesOnWhereItWasAndAnotherBeginsTheEpochAgain() {
    Checkpoint old = RunChangesTest.checkpoint(14, 2, 0, TinyData.settings().values());
    assertThat(old.position(BASELINE)).isEqualTo(Position.after(BASELINE, 14));
    Plan twice = plan("cycles.long=false", "cycles.short=false", "batch=16");
    assertThat(old.position(twice)).isEqualTo(new Position(2, 0, 1, -1));
    assertThat(old.position(twice).iterations(twice)).isEqualTo(6);
  }
}

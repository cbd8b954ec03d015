package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Settings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** 4 executors, each lost 0.5 times an hour; 10 s an iteration, checkpoints every 30. */
class LossesTest {
  private static final double PER_SECOND = 4 * 0.5 / 3600;

  private static Losses losses(String... more) {
    Settings settings = SimulatedCluster.flat(more);
    return new Losses(4, SimulatedCluster.conditions(settings));
  }

  @Test
  void withoutLossesNothingIsLost() {
    assertThat(losses().perSecond(10, 1e6)).isZero();
  }

  @Test
  void tooManyAreRefusedAsTheyWereGiven() {
    Settings settings =
        SimulatedCluster.flat("simulate.losses.per-hour=0.1", "checkpoint.every-iterations=0");
    Losses losses = new Losses(3, SimulatedCluster.conditions(settings));
    assertThatThrownBy(() -> losses.perSecond(10, 7e8))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "--set: multigrid.simulate.losses.per-hour = 0.1: must be at most 0.0000342 for 3"
                + " executors to get from one checkpoint to the next, which takes 700000000 s;");
    Settings most = settings.with("simulate.losses.per-hour", 0.0000342);
    assertThat(new Losses(3, SimulatedCluster.conditions(most)).perSecond(10, 7e8)).isPositive();
  }

  @Test
  void theMeanIsThatOfDrawnLosses() {
    Losses losses =
        losses(
            "simulate.losses.per-hour=0.5",
            "simulate.losses.replace=120",
            "checkpoint.every-iterations=30");
    SplittableRandom random = new SplittableRandom(1);
    double between = 300;
    double took = 0;
    int checkpoints = 100_000;
    for (int done = 0; done < checkpoints; ) {
      double untilLoss = -Math.log1p(-random.nextDouble()) / PER_SECOND;
      took += untilLoss < between ? untilLoss + 120 : between;
      done += untilLoss < between ? 0 : 1;
    }
    double expected = took / (checkpoints * between) - 1;
    assertThat(losses.perSecond(10, 1e9)).isCloseTo(expected, within(0.01 * expected));
  }

  @Test
  void theEarlierOfTwoCheckpointsCounts() {
    String lost = "simulate.losses.per-hour=0.5";
    double iterations = losses(lost, "checkpoint.every-iterations=30").perSecond(10, 1e4);
    double minutes =
        losses(lost, "checkpoint.every-iterations=90", "checkpoint.every-minutes=5")
            .perSecond(10, 1e4);
    assertThat(minutes).isEqualTo(iterations);
    double none = losses(lost, "checkpoint.every-iterations=0").perSecond(10, 1e4);
    assertThat(none).isGreaterThan(iterations);
    assertThat(losses(lost, "checkpoint.every-iterations=0").perSecond(10, 300))
        .isEqualTo(iterations);
  }
}

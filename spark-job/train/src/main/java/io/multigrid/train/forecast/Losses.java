package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Recorded;
import io.multigrid.train.settings.CheckpointPolicy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/** What lost executors cost, in the mean. */
final class Losses {
  /** Losses in the mean between two checkpoints, above which training hardly ever gets there. */
  private static final double MOST = 20;

  private final int executors;
  private final double perSecond;
  private final double replaceSeconds;
  private final CheckpointPolicy checkpoints;
  private final Recorded recorded;

  Losses(int executors, Conditions conditions) {
    this.executors = executors;
    this.perSecond = conditions.settings().losses().perHour() / 3600 * executors;
    this.replaceSeconds = conditions.settings().losses().replace().toNanos() / 1e9;
    this.checkpoints = conditions.checkpoints();
    this.recorded = conditions.recorded();
  }

  /**
   * Seconds that a second of work costs beside it. Losses come at a rate r of their own, and each
   * costs what was computed since the checkpoint and the time R to replace the executor: to get
   * from one checkpoint to the next, t seconds of work, takes (e^(r t) - 1) (1 / r + R).
   *
   * @param iterationSeconds without losses
   * @param runSeconds of the whole run without losses, which is lost where there are no checkpoints
   * @throws ConfigurationException if training would not get to its next checkpoint
   */
  double perSecond(double iterationSeconds, double runSeconds) {
    if (perSecond == 0) {
      return 0;
    }
    double between = runSeconds;
    if (checkpoints.everyIterations() > 0) {
      between = Math.min(between, checkpoints.everyIterations() * iterationSeconds);
    }
    if (!checkpoints.every().isZero()) {
      between = Math.min(between, checkpoints.every().toNanos() / 1e9);
    }
    if (perSecond * between > MOST) {
      throw new ConfigurationException(
          List.of(
              recorded.problem(
                  "simulate.losses.per-hour",
                  "must be at most %s for %s executors to get from one checkpoint to the next, which takes %s s"
                      .formatted(
                          roundedDown(MOST / between / executors * 3600),
                          executors,
                          Math.round(between)),
                  "lose fewer, or set checkpoint.every-minutes")));
    }
    return Math.expm1(perSecond * between) * (1 / perSecond + replaceSeconds) / between - 1;
  }

  private static String roundedDown(double number) {
    return new BigDecimal(number)
        .round(new MathContext(3, RoundingMode.DOWN))
        .stripTrailingZeros()
        .toPlainString();
  }
}

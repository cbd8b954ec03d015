package io.multigrid.train.settings;

import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * When checkpoints are written, and how many stay: the settings {@code checkpoint}.
 *
 * @param everyIterations 0 for never
 * @param every of wall-clock time since the last one; 0 for never
 * @param keep newest ones that stay, beside the best
 */
public record CheckpointPolicy(int everyIterations, Duration every, int keep) {
  static CheckpointPolicy read(Settings settings, List<Problem> problems) {
    Section checkpoint = settings.section("checkpoint", problems);
    return new CheckpointPolicy(
        checkpoint.natural("every-iterations"),
        checkpoint.duration("every-minutes"),
        checkpoint.positive("keep"));
  }

  /** Whether any are written, other than on a signal. */
  public boolean on() {
    return everyIterations > 0 || !every.isZero();
  }

  /**
   * Whether one is due.
   *
   * @param iterations that are done
   * @param seconds since the last one, or since the start
   */
  public boolean due(long iterations, double seconds) {
    return everyIterations > 0 && iterations % everyIterations == 0
        || !every.isZero() && seconds >= every.toNanos() / 1e9;
  }
}

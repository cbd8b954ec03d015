package io.multigrid.train.settings;

/**
 * When checkpoints are written, and how many stay.
 *
 * @param everyIterations 0 for never
 * @param everySeconds of wall-clock time since the last one; 0 for never
 * @param keep newest ones that stay, beside the best
 */
public record CheckpointPolicy(int everyIterations, double everySeconds, int keep) {
  /** Whether any are written, other than on a signal. */
  public boolean on() {
    return everyIterations > 0 || everySeconds > 0;
  }

  /**
   * Whether one is due.
   *
   * @param iterations that are done
   * @param seconds since the last one, or since the start
   */
  public boolean due(long iterations, double seconds) {
    return everyIterations > 0 && iterations % everyIterations == 0
        || everySeconds > 0 && seconds >= everySeconds;
  }
}

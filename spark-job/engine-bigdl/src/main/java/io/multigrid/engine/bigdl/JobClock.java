package io.multigrid.engine.bigdl;

/**
 * How long executors worked: of each job, the slowest task. What an iteration takes beyond that,
 * scheduling took.
 */
final class JobClock {
  private long nanos;

  synchronized void add(long slowestTask) {
    nanos += slowestTask;
  }

  /** Seconds since the last call. */
  synchronized double take() {
    double seconds = nanos * 1e-9;
    nanos = 0;
    return seconds;
  }
}

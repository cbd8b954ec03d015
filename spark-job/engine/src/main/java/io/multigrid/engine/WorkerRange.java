package io.multigrid.engine;

import java.io.Serializable;

/** Workers {@code first <= w < end} of one executor. */
public record WorkerRange(int first, int end) implements Serializable {
  public int size() {
    return end - first;
  }

  /**
   * The share of one executor: contiguous, as even as possible, in whole groups, earlier executors
   * taking what is left over.
   *
   * @param workersPerGroup workers that share batch statistics and must therefore share an
   *     executor; divides {@code workers}
   */
  public static WorkerRange of(int executor, int executors, int workers, int workersPerGroup) {
    int groups = workers / workersPerGroup;
    return new WorkerRange(
        share(executor, executors, groups) * workersPerGroup,
        share(executor + 1, executors, groups) * workersPerGroup);
  }

  private static int share(int executor, int executors, int groups) {
    return executor * (groups / executors) + Math.min(executor, groups % executors);
  }

  @Override
  public String toString() {
    return size() == 1 ? "worker " + first : "workers " + first + " to " + (end - 1);
  }
}

package io.multigrid.schedules;

import java.io.Serializable;

/**
 * How batch normalisation groups the clips of an iteration.
 *
 * @param splits sub-batches of a worker's batch; sample i belongs to sub-batch i mod splits
 * @param syncWorkers workers that share statistics
 */
public record BatchNorm(Kind kind, int splits, int syncWorkers) implements Serializable {
  /** One group a worker, several groups a worker, or one group for several workers. */
  public enum Kind {
    PLAIN,
    SPLIT,
    SYNC
  }

  public static final BatchNorm PLAIN = new BatchNorm(Kind.PLAIN, 1, 1);

  /**
   * Groups of {@code group} clips, whatever the batch: split where a worker has more, synchronised
   * where it has fewer (the paper's batch normalisation, section 3.2). With B clips on N workers, g
   * = B / N / group: floor(g) splits, or floor(1 / g) workers together, as in the authors' code.
   *
   * <p>A group that is larger than the batch is all of it. Where splits do not divide a worker's
   * clips, or groups of workers the workers, the divisor is taken whose groups are nearest in size.
   *
   * @param batch clips of an iteration over all workers, a multiple of {@code workers}
   */
  static BatchNorm of(int batch, int workers, int group) {
    int perWorker = batch / workers;
    double groups = perWorker / (double) group;
    if (groups < 1) {
      int together = divisor(workers, Math.min(workers, (int) (1 / groups)), 1 / groups);
      return together == 1 ? PLAIN : new BatchNorm(Kind.SYNC, 1, together);
    }
    return groups > 1
        ? new BatchNorm(Kind.SPLIT, divisor(perWorker, (int) groups, groups), 1)
        : PLAIN;
  }

  /** Clips of a stage's base batch that are normalised together. */
  int clips(int batch, int workers) {
    return batch / workers / splits * syncWorkers;
  }

  /** Whether groups are of another number than the method's, which would not divide the batch. */
  boolean adapted(int batch, int workers, int group) {
    int perWorker = batch / workers;
    double groups = perWorker / (double) group;
    return groups < 1 ? syncWorkers != (int) (1 / groups) : splits != (int) groups;
  }

  /** {@code wanted} if it divides, or the divisor nearest in ratio to {@code exact}. */
  private static int divisor(int number, int wanted, double exact) {
    if (number % wanted == 0) {
      return wanted;
    }
    int best = 1;
    for (int d = 2; d <= number; d++) {
      if (number % d == 0 && distance(d, exact) < distance(best, exact)) {
        best = d;
      }
    }
    return best;
  }

  private static double distance(int divisor, double exact) {
    return Math.abs(Math.log(divisor / exact));
  }
}

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
}

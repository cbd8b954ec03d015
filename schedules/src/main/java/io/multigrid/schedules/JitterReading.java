package io.multigrid.schedules;

/** How the range of the spatial jitter follows a smaller crop. */
public enum JitterReading {
  /** Both bounds shrink with the crop: the paper's grids. */
  BOTH,
  /** Only the lower bound shrinks: the authors' code. */
  LOWER
}

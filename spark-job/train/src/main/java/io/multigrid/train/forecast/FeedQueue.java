package io.multigrid.train.forecast;

/**
 * Batches of one executor that wait for its network: as ClipFeed, the one after next {@code
 * prefetch} batches is begun when one is taken, and they are made in order. Seconds count from the
 * start of the simulation, when the first batch is there.
 */
final class FeedQueue {
  /** When each of the last batches was taken, the oldest at {@code next}. */
  private final double[] taken;

  private int next;
  private double ready;
  private boolean begun;

  /**
   * @param prefetch batches that may wait
   */
  FeedQueue(int prefetch) {
    taken = new double[prefetch + 1];
  }

  /**
   * When the network has its next batch, which it asks for at {@code now}.
   *
   * @param making seconds that all threads take for it together
   */
  double take(double now, double making) {
    if (begun) {
      ready = Math.max(ready, taken[next]) + making;
    }
    begun = true;
    double time = Math.max(now, ready);
    taken[next] = time;
    next = (next + 1) % taken.length;
    return time;
  }
}

package io.multigrid.engine;

/**
 * The network and the clip feed of one executor. An engine calls one method at a time, not always
 * from the same thread, and iterations in increasing order. Weights and gradient live where the
 * replica computes, as long as it does; what an iteration needs is there and is not allocated anew.
 */
public interface Replica extends AutoCloseable {
  /**
   * All parameters, flat, which an engine sets before the first iteration and changes between two;
   * always the same vector.
   */
  DeviceVector weights();

  /** What the last iteration computed, flat; always the same vector. An engine may change it. */
  DeviceVector gradient();

  /**
   * Makes {@link #gradient} the sum, over workers {@code firstWorker <= w < endWorker}, of the
   * gradient of each worker's mean loss over its clips, at {@link #weights}.
   *
   * @param listener told of values that are final, of all of them before this returns
   */
  WorkResult compute(long iteration, int firstWorker, int endWorker, GradientListener listener);

  /**
   * Running statistics (of batch normalisation), one row a worker of this executor; rows of length
   * zero if there are none.
   */
  float[][] statistics();

  /**
   * Replaces the running statistics.
   *
   * @param rows one a worker of this executor, not to be kept or written to
   */
  void statistics(float[][] rows);

  /** Frees native memory and stops prefetching. Called once. */
  @Override
  void close();
}

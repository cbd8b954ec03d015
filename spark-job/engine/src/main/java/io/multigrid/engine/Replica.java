package io.multigrid.engine;

/**
 * The network and the clip feed of one executor. An engine calls one method at a time, not always
 * from the same thread, and iterations in increasing order.
 */
public interface Replica extends AutoCloseable {
  /**
   * Adds to {@code gradientSum}, over workers {@code firstWorker <= w < endWorker}, the gradient of
   * each worker's mean loss over its clips at {@code weights}.
   *
   * @param weights all parameters, flat; valid during the call and not to be written to
   * @param gradientSum as long as {@code weights}
   */
  WorkResult compute(
      long iteration, int firstWorker, int endWorker, float[] weights, float[] gradientSum);

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

package io.multigrid.schedules;

/**
 * One iteration of a plan.
 *
 * @param shortIndex turn of the short cycle
 * @param firstClip position of its first clip in the run's stream of clips
 */
public record Iteration(
    long index,
    int stage,
    int epoch,
    long iterationInEpoch,
    int shortIndex,
    long firstClip,
    Shape shape,
    double learningRate,
    BatchNorm batchNorm) {
  /** Clips over all workers. */
  public int batch() {
    return shape.batch();
  }

  public int frames() {
    return shape.frames();
  }

  public int crop() {
    return shape.crop();
  }

  public int minStride() {
    return shape.minStride();
  }

  public int maxStride() {
    return shape.maxStride();
  }

  public int batchPerWorker(int workers) {
    return shape.batch() / workers;
  }
}

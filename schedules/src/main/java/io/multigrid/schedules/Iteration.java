package io.multigrid.schedules;

/**
 * One iteration of a plan.
 *
 * @param firstClip position of its first clip in the run's stream of clips
 * @param batch clips over all workers
 */
public record Iteration(
    long index,
    int stage,
    int epoch,
    long iterationInEpoch,
    int shortIndex,
    long firstClip,
    int batch,
    int frames,
    int crop,
    int minStride,
    int maxStride,
    double learningRate,
    BatchNorm batchNorm) {
  public int batchPerWorker(int workers) {
    return batch / workers;
  }
}

package io.multigrid.schedules;

import java.io.Serializable;
import java.util.List;

/**
 * A run of epochs with one base shape.
 *
 * @param step which learning-rate step of the baseline it belongs to
 * @param firstEpoch first epoch; the stage ends before {@code endEpoch}
 * @param batchFactor clips of an iteration in those of the recipe's batch
 * @param batch clips of an iteration over all workers, at the base shape
 * @param minStride least temporal stride of a clip; it is drawn up to {@code maxStride}
 * @param learningRate rate after warm-up, of the stage's first epoch
 * @param shortCycle shapes that its iterations turn through, restarting with every epoch
 */
public record Stage(
    int index,
    int step,
    int firstEpoch,
    int endEpoch,
    int batchFactor,
    int frames,
    int crop,
    int batch,
    int minStride,
    int maxStride,
    double learningRate,
    BatchNorm batchNorm,
    List<ShortShape> shortCycle,
    long firstIteration,
    long iterationsPerEpoch,
    long iterations)
    implements Serializable {

  /** Iterations, over all its epochs, that have the shape of a turn of the short cycle. */
  public long iterations(int turn) {
    int turns = shortCycle.size();
    return (iterationsPerEpoch + turns - 1 - turn) / turns * (endEpoch - firstEpoch);
  }
}

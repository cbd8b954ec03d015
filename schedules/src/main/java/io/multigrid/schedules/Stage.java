package io.multigrid.schedules;

import java.io.Serializable;
import java.util.List;

/**
 * A run of epochs with one base shape.
 *
 * @param step which learning-rate step of the baseline it belongs to
 * @param batchFactor clips of an iteration in those of the recipe's batch
 * @param base its shape where the short cycle does not change it
 * @param learningRate rate after warm-up, of the stage's first epoch
 * @param shortCycle shapes that its iterations turn through, restarting with every epoch
 * @param first where the run is when it begins
 * @param endEpoch the epoch before which it ends
 */
public record Stage(
    int index,
    int step,
    int batchFactor,
    Shape base,
    double learningRate,
    BatchNorm batchNorm,
    List<ShortShape> shortCycle,
    Position first,
    int endEpoch,
    long iterationsPerEpoch)
    implements Serializable {

  /** Epochs, iterations and clips, over all workers, that came before. */
  record Position(int epoch, long iterations, long clips) implements Serializable {}

  public int firstEpoch() {
    return first.epoch();
  }

  public int frames() {
    return base.frames();
  }

  public int crop() {
    return base.crop();
  }

  /** Clips of an iteration over all workers, at the base shape. */
  public int batch() {
    return base.batch();
  }

  public int minStride() {
    return base.minStride();
  }

  public int maxStride() {
    return base.maxStride();
  }

  public int epochs() {
    return endEpoch - first.epoch();
  }

  public long firstIteration() {
    return first.iterations();
  }

  public long iterations() {
    return iterationsPerEpoch * epochs();
  }

  /** Iterations, over all its epochs, that have the shape of a turn of the short cycle. */
  public long iterations(int turn) {
    int turns = shortCycle.size();
    return (iterationsPerEpoch + turns - 1 - turn) / turns * epochs();
  }

  /** Where the run is at an iteration of an epoch of this stage. */
  Position at(int epochInStage, long iterationInEpoch) {
    long perEpoch = ShortCycle.clips(shortCycle, iterationsPerEpoch);
    return new Position(
        first.epoch() + epochInStage,
        first.iterations() + epochInStage * iterationsPerEpoch + iterationInEpoch,
        first.clips() + epochInStage * perEpoch + ShortCycle.clips(shortCycle, iterationInEpoch));
  }

  /** Where the run is when the stage ends. */
  Position end() {
    return at(epochs(), 0);
  }
}

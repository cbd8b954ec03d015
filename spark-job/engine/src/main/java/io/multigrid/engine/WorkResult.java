package io.multigrid.engine;

import java.io.Serializable;

/**
 * What one executor did in one iteration.
 *
 * @param lossSum sum, over its workers, of the mean loss of the worker's clips
 * @param correct clips whose highest score is the right class
 * @param clips clips computed
 * @param waitSeconds time spent waiting for clips
 * @param computeSeconds time spent on the gradient
 */
public record WorkResult(
    double lossSum, long correct, long clips, double waitSeconds, double computeSeconds)
    implements Serializable {
  public static final WorkResult NONE = new WorkResult(0, 0, 0, 0, 0);

  /**
   * The work of two executors that ran at the same time: counts add up, the slower one sets the
   * pace.
   */
  public WorkResult beside(WorkResult other) {
    boolean slower = other.seconds() > seconds();
    return new WorkResult(
        lossSum + other.lossSum,
        correct + other.correct,
        clips + other.clips,
        slower ? other.waitSeconds : waitSeconds,
        slower ? other.computeSeconds : computeSeconds);
  }

  /** The work of two executors of which one ran after the other. */
  public WorkResult before(WorkResult next) {
    return new WorkResult(
        lossSum + next.lossSum,
        correct + next.correct,
        clips + next.clips,
        waitSeconds + next.waitSeconds,
        computeSeconds + next.computeSeconds);
  }

  private double seconds() {
    return waitSeconds + computeSeconds;
  }
}

package io.multigrid.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one executor did in one iteration.
 *
 * @param lossSum sum, over its workers, of the mean loss of the worker's clips
 * @param correct clips whose highest score is the right class
 * @param clips clips computed
 * @param waitSeconds time spent waiting for clips
 * @param computeSeconds time spent on the gradient
 * @param decodeSeconds time that threads spent on reading and decoding clips, meanwhile
 * @param notes what the driver should know
 */
public record WorkResult(
    double lossSum,
    long correct,
    long clips,
    double waitSeconds,
    double computeSeconds,
    double decodeSeconds,
    List<Note> notes)
    implements Serializable {
  public static final WorkResult NONE = new WorkResult(0, 0, 0, 0, 0, 0, List.of());

  /**
   * The work of two executors that ran at the same time: counts add up, the slower one sets the
   * pace.
   */
  public WorkResult beside(WorkResult other) {
    WorkResult slower = other.seconds() > seconds() ? other : this;
    return with(other, slower.waitSeconds, slower.computeSeconds);
  }

  /** The work of two executors of which one ran after the other. */
  public WorkResult before(WorkResult next) {
    return with(next, waitSeconds + next.waitSeconds, computeSeconds + next.computeSeconds);
  }

  private WorkResult with(WorkResult other, double waited, double computed) {
    List<Note> all = new ArrayList<>(notes);
    all.addAll(other.notes);
    return new WorkResult(
        lossSum + other.lossSum,
        correct + other.correct,
        clips + other.clips,
        waited,
        computed,
        decodeSeconds + other.decodeSeconds,
        List.copyOf(all));
  }

  private double seconds() {
    return waitSeconds + computeSeconds;
  }
}

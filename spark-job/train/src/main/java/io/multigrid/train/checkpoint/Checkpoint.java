package io.multigrid.train.checkpoint;

import io.multigrid.engine.Note;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.util.List;
import java.util.SortedMap;

/**
 * {@code checkpoint.json}: where a run stood, and what it is a run of.
 *
 * @param iteration iterations that are done, and so the number of the next one
 * @param epoch of the last iteration, from 0
 * @param stage of the last iteration, from 0
 * @param position of the run in its data; null in those of earlier programs
 * @param numbering of iterations
 * @param seconds of training alone
 * @param workers rows of the running statistics
 * @param damaged videos that could not be read, and why
 * @param settings every setting by its path
 * @param program version of the program that wrote it
 */
public record Checkpoint(
    String format,
    int version,
    long iteration,
    int epoch,
    int stage,
    Position position,
    Numbering numbering,
    double seconds,
    int workers,
    Source data,
    List<Note> damaged,
    SortedMap<String, String> settings,
    String program) {
  public static final String FORMAT = "multigrid-checkpoint";
  public static final int VERSION = 1;

  public Checkpoint {
    numbering = numbering == null ? Numbering.FIRST : numbering;
  }

  /**
   * Where a run by a plan goes on. Of a checkpoint that does not say so, it is known only as far as
   * the plan is the same; else its last epoch begins again.
   */
  public Position position(Plan plan) {
    if (position != null) {
      return position;
    }
    boolean same =
        iteration <= plan.iterations()
            && plan.iteration(iteration - 1).epoch() == epoch
            && plan.iteration(iteration - 1).stage() == stage;
    return same ? Position.after(plan, iteration) : new Position(epoch, 0, 1, -1);
  }

  /**
   * The same state as one of another plan, whose settings and data it has.
   *
   * @param iterations of that plan that are done
   */
  public Checkpoint renumbered(
      Plan plan, long iterations, Source source, SortedMap<String, String> values) {
    Iteration last = plan.iteration(Math.max(0, iterations - 1));
    return new Checkpoint(
        format,
        version,
        iterations,
        last.epoch(),
        last.stage(),
        Position.after(plan, iterations),
        numbering.next(iteration),
        seconds,
        workers,
        source,
        damaged,
        values,
        program);
  }

  /**
   * The data set that a run reads.
   *
   * @param content tells contents apart; null in checkpoints from before there was one
   */
  public record Source(
      String uri, int revision, int trainVideos, List<String> classes, String content) {
    public static Source of(Dataset data) {
      return new Source(
          data.uri(), data.revision(), data.size(Split.TRAIN), data.classes(), data.fingerprint());
    }

    /** Whether nothing but the content, if that is known, tells two apart. */
    boolean alike(Source other) {
      return content != null
          && revision == other.revision
          && trainVideos == other.trainVideos
          && classes.equals(other.classes);
    }
  }
}

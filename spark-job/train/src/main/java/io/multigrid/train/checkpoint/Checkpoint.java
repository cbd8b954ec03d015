package io.multigrid.train.checkpoint;

import io.multigrid.engine.Note;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.util.List;
import java.util.SortedMap;

/** Where a run stood, and what it is a run of. {@link CheckpointFile} is its form in a file. */
public record Checkpoint(Reached reached, Subject subject) {

  /**
   * Where a run stood.
   *
   * @param iteration iterations that are done, and so the number of the next one
   * @param epoch of the last iteration, from 0
   * @param stage of the last iteration, from 0
   * @param position of the run in its data; null in checkpoints of earlier programs
   * @param numbering of iterations
   * @param seconds of training alone
   */
  public record Reached(
      long iteration,
      int epoch,
      int stage,
      Position position,
      Numbering numbering,
      double seconds) {
    public Reached {
      numbering = numbering == null ? Numbering.FIRST : numbering;
    }

    /** Of a run that goes by a plan. */
    public static Reached of(Plan plan, long iterations, Numbering numbering, double seconds) {
      Iteration last = plan.iteration(Math.max(0, iterations - 1));
      Position position = Position.after(plan, iterations);
      return new Reached(iterations, last.epoch(), last.stage(), position, numbering, seconds);
    }
  }

  /**
   * What it is a run of.
   *
   * @param workers rows of the running statistics
   * @param damaged videos that could not be read, and why
   * @param settings every setting by its path
   * @param program version of the program that wrote the checkpoint
   */
  public record Subject(
      int workers,
      Source data,
      List<Note> damaged,
      SortedMap<String, String> settings,
      String program) {}

  /** Iterations that are done. */
  public long iteration() {
    return reached.iteration();
  }

  /**
   * Where a run by a plan goes on. Of a checkpoint that does not say so, it is known only as far as
   * the plan is the same; else its last epoch begins again.
   */
  public Position position(Plan plan) {
    if (reached.position() != null) {
      return reached.position();
    }
    long done = iteration();
    boolean same =
        done <= plan.iterations()
            && plan.iteration(done - 1).epoch() == reached.epoch()
            && plan.iteration(done - 1).stage() == reached.stage();
    return same ? Position.after(plan, done) : new Position(reached.epoch(), 0, 1, -1);
  }

  /**
   * The same state as one of another plan, whose settings and data it has.
   *
   * @param iterations of that plan that are done
   */
  public Checkpoint renumbered(
      Plan plan, long iterations, Source source, SortedMap<String, String> values) {
    Numbering numbering = reached.numbering().next(iteration());
    return new Checkpoint(
        Reached.of(plan, iterations, numbering, reached.seconds()),
        new Subject(subject.workers(), source, subject.damaged(), values, subject.program()));
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

package io.multigrid.train.run;

import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.Version;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.CheckpointWriter;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.evaluate.Evaluation;
import java.io.IOException;
import java.util.Arrays;

/** When checkpoints of an attempt are written, and what is in them. */
final class Saving {
  private final Job job;
  private final CheckpointWriter writer;
  private long saved;
  private float[] savedStatistics = {};
  private long savedAt = System.nanoTime();

  /**
   * @param saved iterations of the checkpoint that the attempt began with; 0 for the beginning
   */
  Saving(Job job, CheckpointWriter writer, long saved) {
    this.job = job;
    this.writer = writer;
    this.saved = saved;
  }

  /** Whether any are written, other than on a signal. */
  boolean on() {
    return job.train().checkpoints().on();
  }

  boolean due(long done) {
    double since = (System.nanoTime() - savedAt) / 1e9;
    return job.train().checkpoints().due(done, since) || writer.wantsAnother();
  }

  /** Whether a checkpoint was written after so many iterations. */
  boolean saved(long done) {
    return saved == done;
  }

  /**
   * Has a copy of the state written by a thread of its own.
   *
   * @param statistics of the checkpoint's model: those of the evaluation, once there is one
   */
  void save(long done, TrainingState state, float[] statistics, Course course) {
    if (saved == done && Arrays.equals(statistics, savedStatistics)) {
      return;
    }
    Checkpoint checkpoint = checkpoint(done, course);
    writer.submit(
        done,
        () ->
            job.folder()
                .checkpoints()
                .write(
                    checkpoint,
                    job.model(state.weights(), statistics),
                    state.optimizer(job.layout())),
        () -> job.folder().checkpoints().prune());
    saved = done;
    savedStatistics = statistics;
    savedAt = System.nanoTime();
  }

  private Checkpoint checkpoint(long done, Course course) {
    return new Checkpoint(
        Checkpoint.Reached.of(job.plan(), done, course.numbering(), course.seconds()),
        new Checkpoint.Subject(
            job.recipe().workers(),
            Checkpoint.Source.of(job.data()),
            course.damages().all(),
            job.settings().recorded().values(),
            Version.text()));
  }

  /**
   * Waits for the checkpoint under way and adds its score, if it is there. Storage that is full or
   * away costs the score, and not the run.
   */
  void scored(long done, Evaluation evaluation) throws IOException {
    if (!writer.settle()) {
      return;
    }
    try {
      job.folder().checkpoints().evaluated(done, evaluation);
    } catch (StorageException e) {
      if (!e.failure().mayPass()) {
        throw e;
      }
      job.progress()
          .message(
              "the score of the checkpoint of iteration %s could not be written (%s); training goes on"
                  .formatted(done, e.getMessage()));
    }
  }

  /** Waits for the checkpoint under way; whether it is there. */
  boolean settle() {
    return writer.settle();
  }

  /** Whether there is a checkpoint that training can go on from. */
  boolean any() {
    writer.settle();
    return writer.lastGood().isPresent();
  }

  /** Where training can go on from, as the end of a message. */
  String goOn() {
    return any()
        ? "; the last good checkpoint is "
            + job.folder().checkpoints().path(writer.lastGood().getAsLong())
        : "; there is no checkpoint yet";
  }
}

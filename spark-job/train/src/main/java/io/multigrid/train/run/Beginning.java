package io.multigrid.train.run;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.RunChanges;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What a run begins with, by what its folder holds and what to do about that. */
record Beginning(Job job, Trainer.Start start) {
  /**
   * The checkpoint to go on from, if there is one.
   *
   * @throws ConfigurationException if the folder holds another run than the one to go on with
   */
  Optional<Checkpoints.Restored> open() throws IOException {
    job.folder().checkpoints().recover();
    return switch (start) {
      case REPLACE -> {
        job.folder().clear();
        yield Optional.empty();
      }
      case FRESH -> {
        refuseEarlier();
        yield Optional.empty();
      }
      case RESUME, RESUME_CHANGED -> resume();
    };
  }

  private void refuseEarlier() throws IOException {
    OptionalLong newest = job.folder().checkpoints().newest();
    if (newest.isPresent()) {
      throw refusal(
          "holds a run of " + newest.getAsLong() + " iterations",
          "add --resume to go on with it or --replace to delete it, or give another folder");
    }
    refuseFinished();
  }

  private void refuseFinished() throws IOException {
    if (job.folder().finished()) {
      throw refusal(
          "holds the model of a run without checkpoints",
          "add --replace to delete it, or give another folder");
    }
  }

  private ConfigurationException refusal(String what, String remedy) {
    return new ConfigurationException(
        List.of(new Problem(job.folder().path().toString(), "--out", "", what, remedy)));
  }

  private Optional<Checkpoints.Restored> resume() throws IOException {
    Optional<Checkpoints.Restored> from =
        job.folder().checkpoints().restore(job.layout(), job.progress()::message);
    String out = job.folder().path().toString();
    if (from.isEmpty()) {
      refuseFinished();
      job.progress().message("there is no checkpoint in " + out + "; starting at the beginning");
      return from;
    }
    Checkpoint checkpoint = from.get().checkpoint();
    RunChanges changes =
        RunChanges.between(checkpoint, job.settings().recorded(), Checkpoint.Source.of(job.data()));
    changes.check(out, job.plan(), start == Trainer.Start.RESUME_CHANGED);
    changes.notes().forEach(job.progress()::message);
    Restart restart = new Restart(job, from.get());
    job.progress()
        .message(
            "going on after %s of %s iterations, from %s"
                .formatted(restart.iterations(), job.plan().iterations(), from.get().path()));
    return Optional.of(restart.checkpoint());
  }
}

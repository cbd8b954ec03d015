package io.multigrid.train.run;

import io.multigrid.shard.Split;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.Numbering;
import java.util.Optional;

/** What a run has come to so far, beside its weights. */
final class Course {
  private final Damages damages;
  private final Damages evaluated;
  private final Numbering numbering;
  private double seconds;

  Course(Job job, Optional<Checkpoint> start) {
    damages =
        new Damages(
            job.data().uri(),
            "training",
            job.data().size(Split.TRAIN),
            job.train().feed().maxDamaged());
    evaluated =
        new Damages(
            job.data().uri(),
            job.train().split().text(),
            job.data().size(job.train().split()),
            job.train().feed().maxDamaged());
    numbering = start.map(from -> from.reached().numbering()).orElse(Numbering.FIRST);
    start.ifPresent(
        from -> {
          seconds = from.reached().seconds();
          damages.add(from.subject().damaged());
        });
  }

  /** Of training alone. */
  double seconds() {
    return seconds;
  }

  void add(double iterationSeconds) {
    seconds += iterationSeconds;
  }

  /** Of the training split. */
  Damages damages() {
    return damages;
  }

  /** Of the split that is evaluated. */
  Damages evaluated() {
    return evaluated;
  }

  Numbering numbering() {
    return numbering;
  }
}

package io.multigrid.train.run;

import io.multigrid.schedules.Plan;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.Position;
import io.multigrid.train.checkpoint.TrainingState;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Where a run goes on that has a checkpoint, perhaps of another plan: at the same place in the
 * data, which may be another number of iterations.
 */
record Restart(Job job, Checkpoints.Restored from) {
  /** That are done of the job's plan. */
  long iterations() {
    return position().iterations(job.plan());
  }

  private Position position() {
    return from.checkpoint().position(job.plan());
  }

  /** The checkpoint to go on from, one of the job's plan. */
  Checkpoints.Restored checkpoint() throws IOException {
    if (iterations() == from.checkpoint().iteration()) {
      return from;
    }
    Checkpoint renumbered =
        from.checkpoint()
            .renumbered(
                job.plan(),
                iterations(),
                Checkpoint.Source.of(job.data()),
                job.settings().recorded().values());
    TrainingState state = from.state();
    Path earlier =
        job.folder()
            .checkpoints()
            .renumber(
                renumbered,
                job.model(state.weights(), state.meanStatistics()),
                state.optimizer(job.layout()));
    job.progress().message(what(earlier));
    return new Checkpoints.Restored(
        job.folder().checkpoints().path(iterations()), renumbered, state, Optional.empty());
  }

  private String what(Path earlier) {
    Plan plan = job.plan();
    Position before = position();
    Position after = Position.after(plan, iterations());
    return "the plan is another one, so iterations have other numbers: %s are done instead of %s, which is epoch %s of %s%s; %s; checkpoints by the numbers before are in %s"
        .formatted(
            iterations(),
            from.checkpoint().iteration(),
            Math.min(after.epochs() + 1, plan.epochs()),
            plan.epochs(),
            after.done() == 0
                ? ""
                : ", %s of its %s iterations".formatted(after.done(), after.of()),
            clips(before, after),
            earlier);
  }

  private static String clips(Position before, Position after) {
    if (before.clips() < 0) {
      return "the checkpoint does not say where in its epoch it was, which begins again";
    }
    long moved = after.clips() - before.clips();
    if (moved == 0) {
      return "no clip comes again or is left out";
    }
    return "%s clips %s".formatted(Math.abs(moved), moved < 0 ? "come again" : "are left out");
  }
}

package io.multigrid.train.run;

import io.multigrid.engine.Engine;
import io.multigrid.engine.Engines;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.engine.Statistics;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.CheckpointWriter;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.InitialWeights;
import io.multigrid.train.checkpoint.Numbering;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.metrics.Continuation;
import io.multigrid.train.metrics.Metrics;
import io.multigrid.train.metrics.TrainingSource;
import io.multigrid.train.replica.TrainReplicas;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** Carries a job out, in as many attempts as lost executors make necessary. */
record TrainingRun(Job job) {
  /**
   * @param start where to go on from; the beginning if empty
   */
  Trainer.Result from(Optional<Checkpoints.Restored> start) throws IOException {
    Optional<Checkpoints.Restored> from = start;
    long restartedFrom = -1;
    for (int restarts = 0; ; restarts++) {
      try (StopRequest stop = new StopRequest()) {
        return attempt(from, stop);
      } catch (LostExecutorException e) {
        job.folder().checkpoints().recover();
        from = job.folder().checkpoints().restore(job.layout(), job.progress()::message);
        long iteration = from.map(f -> f.checkpoint().iteration()).orElse(0L);
        restarts = iteration > restartedFrom ? 0 : restarts;
        restartedFrom = iteration;
        if (restarts >= job.train().engine().restarts()) {
          throw e;
        }
        job.progress()
            .message(
                "%s. Going on from %s"
                    .formatted(
                        e.getMessage(),
                        from.map(f -> f.path().toString()).orElse("the beginning")));
      }
    }
  }

  private Trainer.Result attempt(Optional<Checkpoints.Restored> start, StopRequest stop)
      throws IOException {
    Optional<Checkpoint> from = start.map(Checkpoints.Restored::checkpoint);
    long iteration = from.map(Checkpoint::iteration).orElse(0L);
    boolean evaluated = start.flatMap(Checkpoints.Restored::score).isPresent();
    job.progress().resume(iteration);
    try (Metrics metrics = metrics(from, evaluated && iteration < job.plan().iterations());
        CheckpointWriter writer =
            new CheckpointWriter(
                lastGood(from), job.progress()::message, job.train().ahead().patience());
        TrainingSource source = new TrainingSource();
        Engine engine = engine(state(start))) {
      Saving saving = new Saving(job, writer, iteration);
      return new Attempt(job, engine, metrics, source, stop, new Course(job, from), saving)
          .run(iteration, evaluated);
    }
  }

  private static OptionalLong lastGood(Optional<Checkpoint> from) {
    return from.isPresent() ? OptionalLong.of(from.get().iteration()) : OptionalLong.empty();
  }

  private Metrics metrics(Optional<Checkpoint> from, boolean evaluated) throws IOException {
    return job.folder().metrics(from.map(checkpoint -> continuation(checkpoint, evaluated)));
  }

  private static Continuation continuation(Checkpoint from, boolean evaluated) {
    Numbering numbering = from.reached().numbering();
    return new Continuation(numbering.times(), numbering.before(), from.iteration(), evaluated);
  }

  private Engine engine(TrainingState state) {
    return Engines.byName(job.train().engine().name())
        .start(TrainReplicas.job(job.plan(), job.data(), job.hadoop(), job.train(), state));
  }

  private TrainingState state(Optional<Checkpoints.Restored> start) throws IOException {
    int workers = job.recipe().workers();
    if (start.isEmpty()) {
      return new InitialWeights(job.train().initial())
          .state(job.recipe(), job.spark().hadoopConfiguration(), job.progress()::message);
    }
    TrainingState state = start.get().state();
    return state.statistics().length == workers
        ? state
        : new TrainingState(
            state.weights(), state.momentum(), Statistics.same(state.meanStatistics(), workers));
  }
}

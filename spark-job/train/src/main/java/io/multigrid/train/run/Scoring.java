package io.multigrid.train.run;

import io.multigrid.engine.Engine;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.cluster.RoomWatch;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.evaluate.PreciseStatistics;
import java.util.List;
import org.apache.spark.SparkException;

/** Evaluation on the way: of which statistics, on which videos, and what a lost executor is. */
final class Scoring {
  private final Job job;
  private final HadoopSettings hadoop;
  private final Evaluator evaluator;

  /** Something that runs as a Spark job. */
  private interface Work<T> {
    T run();
  }

  Scoring(Job job) {
    this.job = job;
    this.hadoop = job.hadoop();
    this.evaluator = Trainer.evaluator(job.recipe(), job.train(), job.data(), hadoop);
  }

  /** The state of training now, as an evaluation on the way needs it. */
  TrainingState training(Engine engine) {
    return asLostExecutor(() -> TrainingState.of(engine));
  }

  /** The statistics that a state is evaluated with. */
  PreciseStatistics.Found statistics(TrainingState state) {
    if (job.train().evaluate().preciseBatches() == 0) {
      return new PreciseStatistics.Found(state.meanStatistics(), List.of());
    }
    PreciseStatistics statistics =
        new PreciseStatistics(
            job.recipe(),
            job.data(),
            hadoop,
            job.train().ahead(),
            job.train().device(),
            job.train().evaluate().preciseBatches(),
            job.train().executors(),
            job.train().threads());
    return asLostExecutor(() -> statistics.of(job.spark(), state.weights()));
  }

  Evaluation score(Evaluator.State state) {
    return asLostExecutor(() -> evaluator.evaluate(job.spark(), job.train().split(), state));
  }

  /** The work, or that an executor went, and perhaps the last one. */
  private <T> T asLostExecutor(Work<T> work) {
    try (RoomWatch room = RoomWatch.over(job.spark(), job.train().engine().patience())) {
      return asLostExecutor(work, room);
    }
  }

  private static <T> T asLostExecutor(Work<T> work, RoomWatch room) {
    try {
      return work.run();
    } catch (Exception failure) {
      if (room.ended() || isLostExecutor(failure)) {
        throw new LostExecutorException("an executor was lost while evaluating", failure);
      }
      throw failure;
    }
  }

  /**
   * Spark's exception, which is a checked one although nothing declares it, has no other sign of an
   * executor that went.
   */
  private static boolean isLostExecutor(Exception failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof SparkException
          && String.valueOf(e.getMessage()).contains("ExecutorLostFailure")) {
        return true;
      }
    }
    return false;
  }
}

package io.multigrid.train.replica;

import io.multigrid.engine.Compression;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.WorkerRange;
import io.multigrid.models.Network;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.cluster.ExecutorDevices;
import io.multigrid.train.feed.ClipFeed;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes the replica of an executor, on that executor.
 *
 * @param workersPerGroup workers that share batch normalisation and so stay together
 * @param device where the network computes, as {@link ExecutorDevices} takes it
 * @param threads threads that the network computes with
 */
public record TrainReplicas(
    Recipe recipe,
    Dataset data,
    HadoopSettings hadoop,
    ClipFeed.Ahead ahead,
    int workersPerGroup,
    String device,
    int threads)
    implements ReplicaFactory {
  private static final Duration SLACK = Duration.ofMinutes(5);

  /** Training by a plan, from a state on. */
  public static EngineJob job(
      Plan plan, Dataset data, HadoopSettings hadoop, TrainSettings train, TrainingState state) {
    Recipe recipe = plan.recipe();
    int group = plan.workersPerGroup();
    return new EngineJob(
        new TrainReplicas(
            recipe, data, hadoop, train.ahead(), group, train.device(), train.threads()),
        recipe.workers(),
        train.executors(),
        group,
        Solvers.sgd(recipe),
        state.weights(),
        Optional.of(state.momentum()),
        state.statistics(),
        new EngineOptions(
            Compression.of(train.engine().compression()),
            train.engine().patience(),
            iterationLimit(train)));
  }

  /** An executor that waits for clips as long as it may is not stuck in its iteration. */
  private static Duration iterationLimit(TrainSettings train) {
    Duration limit = train.engine().iterationLimit();
    Duration clips = ClipFeed.limit(train.ahead().patience()).plus(SLACK);
    return limit.compareTo(clips) > 0 ? limit : clips;
  }

  @Override
  public Replica create(int executor, int executors) {
    Plan plan = Plan.of(recipe, data.size(Split.TRAIN));
    WorkerRange workers = WorkerRange.of(executor, executors, recipe.workers(), workersPerGroup);
    Network.threads(threads);
    Network network = Network.create(recipe.model(), ExecutorDevices.of(device), recipe.seed());
    ClipFeed feed = new ClipFeed(plan, opened(), hadoop.configuration(), workers, ahead);
    return new TrainReplica(plan, network, feed, workers);
  }

  /** The list of videos, read once an executor. */
  private Dataset opened() {
    try {
      return ahead.patience().of(() -> data.opened(hadoop.configuration()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.multigrid.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an engine is started with.
 *
 * @param workers logical data-parallel workers of the recipe
 * @param executors processes (or, in one JVM, slots) to run them on
 * @param workersPerGroup consecutive workers that share batch statistics and stay together on an
 *     executor; 1 without
 * @param weights all parameters, flat
 * @param momentum the buffer to go on from; empty starts from zero
 * @param statistics what running statistics start from, one row a worker
 */
public record EngineJob(
    ReplicaFactory replicas,
    int workers,
    int executors,
    int workersPerGroup,
    Sgd sgd,
    float[] weights,
    Optional<float[]> momentum,
    float[][] statistics,
    EngineOptions options) {
  public EngineJob {
    List<String> problems = new ArrayList<>();
    if (executors < 1) {
      problems.add("executors = " + executors + ": must be at least 1");
    }
    if (workersPerGroup < 1 || workers < 1 || workers % workersPerGroup != 0) {
      problems.add(
          "workers = %s in groups of %s: must be whole groups, at least one"
              .formatted(workers, workersPerGroup));
    } else if (workers / workersPerGroup < executors) {
      problems.add(
          "executors = %s for %s workers in groups of %s: must be at most %s, as a group stays on one executor"
              .formatted(executors, workers, workersPerGroup, workers / workersPerGroup));
    }
    if (weights.length < executors) {
      problems.add(
          "%s parameters for %s executors: each executor steps a share of at least one"
              .formatted(weights.length, executors));
    }
    if (momentum.isPresent() && momentum.get().length != weights.length) {
      problems.add(
          "momentum has %s values, the weights %s: must be equal; is it from another model?"
              .formatted(momentum.get().length, weights.length));
    }
    int decaying = sgd.decay().parameters();
    if (decaying != 0 && decaying != weights.length) {
      problems.add(
          "weight decay of %s parameters for %s: must be equal"
              .formatted(decaying, weights.length));
    }
    if (statistics.length != workers) {
      problems.add(
          "statistics of %s workers for %s: must be equal".formatted(statistics.length, workers));
    }
    if (!problems.isEmpty()) {
      throw new EngineException(String.join("\n", problems));
    }
    weights = weights.clone();
    momentum = momentum.map(float[]::clone);
    statistics = Statistics.copy(statistics);
  }

  /** The workers of an executor. */
  public WorkerRange range(int executor) {
    return WorkerRange.of(executor, executors, workers, workersPerGroup);
  }

  /** What the running statistics of an executor's workers start from. */
  public float[][] statistics(WorkerRange range) {
    return Arrays.copyOfRange(statistics, range.first(), range.end());
  }
}

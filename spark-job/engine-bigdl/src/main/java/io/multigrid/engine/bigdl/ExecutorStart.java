package io.multigrid.engine.bigdl;

import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.WorkerRange;
import io.multigrid.engine.dispatch.StateFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the executors of a job start from.
 *
 * @param workers of each executor
 * @param scale what a gradient sum is multiplied by, so that BigDL's mean over executors is the
 *     mean over workers
 */
record ExecutorStart(
    ReplicaFactory replicas,
    int executors,
    List<WorkerRange> workers,
    float scale,
    float[] weights,
    float[] momentum,
    float[][] statistics)
    implements StateFactory<ExecutorState> {
  static ExecutorStart of(EngineJob job) {
    return new ExecutorStart(
        job.replicas(),
        job.executors(),
        IntStream.range(0, job.executors()).mapToObj(job::range).toList(),
        (float) job.executors() / job.workers(),
        job.weights(),
        job.momentum().orElseGet(() -> new float[job.weights().length]),
        job.statistics());
  }

  @Override
  public ExecutorState create(int executor) {
    BigdlProvider.quiet();
    ParameterRange parameters = ParameterRange.of(executor, executors, weights.length);
    Replica replica = replicas.create(executor, executors);
    WorkerRange mine = workers.get(executor);
    replica.statistics(Arrays.copyOfRange(statistics, mine.first(), mine.end()));
    return new ExecutorState(
        executor,
        mine,
        parameters,
        scale,
        replica,
        Floats.tensor(parameters.of(weights)),
        Floats.tensor(parameters.of(momentum)));
  }
}

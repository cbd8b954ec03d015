package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.GradientListener;
import io.multigrid.engine.Replica;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.WorkerRange;
import io.multigrid.engine.dispatch.StateFactory;

/**
 * What one executor keeps from task to task: its replica, and where BigDL keeps the executor's
 * range of weights and momentum. Both belong to BigDL's optimizer; the state only remembers where
 * they are.
 *
 * <p>A job that fails on one executor leaves others computing, so that closing a replica has to
 * wait for it.
 */
final class ExecutorState implements StateFactory.State {
  private final int executor;
  private final WorkerRange workers;
  private final ParameterRange parameters;
  private final float scale;
  private final Replica replica;
  private final Tensor<Object> momentum;
  private ReplicaModule module;
  private Tensor<Object> weights;
  private double learningRate;

  /**
   * @param parameters that this executor steps
   * @param weights of these, that BigDL starts from
   * @param momentum of these, that BigDL's SGD shall go on from
   * @param scale what a gradient sum is multiplied by, so that BigDL's mean over executors is the
   *     mean over workers
   */
  ExecutorState(
      int executor,
      WorkerRange workers,
      ParameterRange parameters,
      float scale,
      Replica replica,
      Tensor<Object> weights,
      Tensor<Object> momentum) {
    this.executor = executor;
    this.workers = workers;
    this.parameters = parameters;
    this.scale = scale;
    this.replica = replica;
    this.weights = weights;
    this.momentum = momentum;
  }

  /** Computes the gradient of this executor's workers, scaled, into {@code gradient}. */
  synchronized WorkResult compute(
      Step step, ReplicaModule caller, float[] weights, float[] gradient) {
    learningRate = step.learningRate;
    try {
      claim(caller);
      replica.weights().put(weights);
      WorkResult result =
          replica.compute(step.iteration, workers.first(), workers.end(), GradientListener.NONE);
      replica.gradient().get(gradient);
      if (scale != 1) {
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] *= scale;
        }
      }
      return result;
    } catch (Throwable e) {
      throw EngineException.replica(step.iteration, workers, executor, e);
    }
  }

  /**
   * A second module means that Spark lost BigDL's cached one and made it again, from the first
   * weights.
   */
  private void claim(ReplicaModule caller) {
    if (module == null) {
      module = caller;
    }
    if (module != caller) {
      throw new IllegalStateException(
          "Spark dropped BigDL's cached weights and started again from old ones; give executors more memory"
              + " (spark.executor.memory) and start from a checkpoint");
    }
  }

  /** Called by BigDL's optimizer with the weights that it steps, in place. */
  Tensor<Object> stepping(Tensor<Object> stepped) {
    weights = stepped;
    return momentum;
  }

  /** The parameters that this executor steps. */
  ParameterRange parameters() {
    return parameters;
  }

  double learningRate() {
    return learningRate;
  }

  float[] weights() {
    return Floats.copy(weights);
  }

  float[] momentum() {
    return Floats.copy(momentum);
  }

  synchronized float[][] statistics() {
    return replica.statistics();
  }

  @Override
  public synchronized void close() {
    replica.close();
  }
}

package io.multigrid.train.checkpoint;

import io.multigrid.engine.Engine;
import io.multigrid.engine.Statistics;
import io.multigrid.models.Network;
import io.multigrid.models.SafeTensors;

/**
 * All numbers that training goes on from.
 *
 * @param statistics running statistics, one row a worker
 */
public record TrainingState(float[] weights, float[] momentum, float[][] statistics) {
  static TrainingState initial(Network network, int workers) {
    return new TrainingState(
        network.weights(),
        new float[network.parameterCount()],
        Statistics.same(network.statistics(), workers));
  }

  public static TrainingState of(Engine engine) {
    return new TrainingState(engine.weights(), engine.momentum(), engine.statistics());
  }

  /** Running statistics of the model: the mean over workers. */
  public float[] meanStatistics() {
    return Statistics.mean(statistics);
  }

  /** What a checkpoint holds of it beside the model. */
  public SafeTensors optimizer(Layout layout) {
    return OptimizerFile.content(layout, this);
  }

  public boolean finite() {
    return finite(weights) && finite(momentum);
  }

  private static boolean finite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}

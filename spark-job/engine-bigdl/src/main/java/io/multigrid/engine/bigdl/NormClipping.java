package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.optim.DistriOptimizer.Cache;
import com.intel.analytics.bigdl.dllib.optim.Metrics;
import com.intel.analytics.bigdl.dllib.optim.parameters.AllReduceParameter;
import com.intel.analytics.bigdl.dllib.optim.parameters.ParameterProcessor;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath.TensorNumeric;
import com.intel.analytics.bigdl.dllib.utils.Table;
import io.multigrid.engine.Clipping;
import io.multigrid.engine.dispatch.PartitionTask;
import io.multigrid.engine.dispatch.TaskDispatcher;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;

/**
 * Clips by the norm of the whole gradient, of which every executor holds a range: one more Spark
 * job an iteration adds up the squares, in the order of the executors, and the job that steps
 * brings the factor. BigDL's own adds them up in the order in which tasks end.
 */
final class NormClipping implements ParameterProcessor {
  private static final long serialVersionUID = 1;

  /** Where BigDL keeps how many gradients came in, and whether ranges hold their mean already. */
  private static final String GRADIENTS = "numFinishedModel";

  private static final String AGGREGATED = "isGradientUpdated";

  private final Clipping clipping;
  private final transient TaskDispatcher dispatcher;
  private float factor = 1;

  NormClipping(Clipping clipping, TaskDispatcher dispatcher) {
    this.clipping = clipping;
    this.dispatcher = dispatcher;
  }

  /** Sum of squares of an executor's range. */
  private static final class Squares<T> extends PartitionTask<Cache<T>, Double> {
    private static final long serialVersionUID = 1;
    private final AllReduceParameter<T> parameters;
    private final int gradients;

    Squares(AllReduceParameter<T> parameters, int gradients) {
      this.parameters = parameters;
      this.gradients = gradients;
    }

    @Override
    @SuppressWarnings("unchecked")
    protected Double of(Iterator<Cache<T>> replica) {
      parameters.aggregateGradientPartition(gradients);
      Tensor<Object> mean = (Tensor<Object>) parameters.gradientPartition();
      return Clipping.squares(Floats.buffer(mean));
    }
  }

  @Override
  public <T> void collectGlobalData(
      RDD<Cache<T>> replicas,
      AllReduceParameter<T> parameters,
      Metrics metrics,
      Table state,
      TensorNumeric<T> numeric) {
    Squares<T> task = new Squares<>(parameters, state.<Integer>apply(GRADIENTS));
    factor = clipping.factor(dispatcher.run(replicas, task).stream().reduce(0.0, Double::sum));
    state.update(AGGREGATED, true);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> void processParameters(
      AllReduceParameter<T> parameters, Cache<T> replica, Table state, TensorNumeric<T> numeric) {
    if (factor != 1) {
      ((Tensor<Object>) parameters.gradientPartition()).mul((Object) factor);
    }
  }
}

package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.optim.SGD;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.dispatch.ExecutorStates;
import org.apache.spark.TaskContext;
import scala.Function1;
import scala.Tuple2;

/**
 * BigDL's SGD, after clipping by value and weight decay, with the learning rate of the very
 * iteration and a momentum buffer that can be read and restored.
 */
final class IterationSgd extends SGD<Object> {
  private static final long serialVersionUID = 1;

  /** Where BigDL's SGD keeps its momentum buffer. */
  private static final String BUFFER = "dfdx";

  private final String job;
  private final Sgd sgd;

  IterationSgd(String job, Sgd sgd) {
    super(
        0,
        0,
        0,
        sgd.momentum(),
        0,
        sgd.nesterov(),
        new Default(),
        null,
        null,
        Floats.TAG,
        Floats.NUMERIC);
    this.job = job;
    this.sgd = sgd;
  }

  @Override
  public Tuple2<Tensor<Object>, Object> optimize(
      Function1<Tensor<Object>, Tuple2<Object, Tensor<Object>>> gradient, Tensor<Object> weights) {
    ExecutorState state =
        ExecutorStates.of(new ExecutorStates.Key(job, TaskContext.getPartitionId()));
    learningRateSchedule().currentRate_$eq(-state.learningRate());
    state().update(BUFFER, state.stepping(weights));
    // The same tensor as super is going to ask for.
    Tensor<Object> mean = gradient.apply(weights)._2();
    sgd.prepare(state.parameters().start(), Floats.buffer(weights), Floats.buffer(mean));
    return super.optimize(gradient, weights);
  }

  /** The rate is set by {@link #optimize}; BigDL's own schedule would compute another. */
  @Override
  public void updateHyperParameter() {}

  @Override
  public String getHyperParameter() {
    return "";
  }
}

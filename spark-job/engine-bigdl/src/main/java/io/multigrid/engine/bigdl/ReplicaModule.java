package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.nn.abstractnn.AbstractModule;
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import scala.Tuple2;

/**
 * The replica as BigDL sees it: one flat parameter, and a forward pass that leaves the whole
 * gradient behind, so that the backward pass has nothing to do.
 */
final class ReplicaModule extends AbstractModule<Activity, Activity, Object> {
  private static final long serialVersionUID = 1;

  private final Tensor<Object> weights;
  private final Tensor<Object> gradient;

  ReplicaModule(float[] start) {
    super(Floats.ACTIVITY, Floats.ACTIVITY, Floats.TAG, Floats.NUMERIC);
    weights = Floats.tensor(start);
    gradient = Floats.tensor(start.length);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Tuple2<Tensor<Object>[], Tensor<Object>[]> parameters() {
    return new Tuple2<>(new Tensor[] {weights}, new Tensor[] {gradient});
  }

  @Override
  public Activity updateOutput(Activity input) {
    Step step = (Step) input;
    step.work.add(step.state.compute(step, this, Floats.whole(weights), Floats.whole(gradient)));
    output_$eq(step);
    return step;
  }

  @Override
  public Activity updateGradInput(Activity input, Activity gradOutput) {
    return input;
  }

  /**
   * Nothing to do, as every iteration overwrites the gradient; BigDL would do it beside the next
   * iteration.
   */
  @Override
  public void zeroGradParameters() {}
}

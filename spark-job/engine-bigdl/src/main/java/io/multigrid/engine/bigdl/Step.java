package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath.TensorNumeric;
import com.intel.analytics.bigdl.dllib.utils.Table;

/**
 * What travels through BigDL's forward pass in the place of data: which iteration to compute, on
 * which executor's state, and where to report. It is both the input and the output of {@link
 * ReplicaModule}.
 */
final class Step implements Activity {
  final long iteration;
  final double learningRate;
  final ExecutorState state;
  final WorkAccumulator work;

  Step(long iteration, double learningRate, ExecutorState state, WorkAccumulator work) {
    this.iteration = iteration;
    this.learningRate = learningRate;
    this.state = state;
    this.work = work;
  }

  @Override
  public boolean isTensor() {
    return false;
  }

  @Override
  public boolean isTable() {
    return false;
  }

  @Override
  public <D> Tensor<D> toTensor(TensorNumeric<D> numeric) {
    throw new UnsupportedOperationException("an iteration is no tensor");
  }

  @Override
  public Table toTable() {
    throw new UnsupportedOperationException("an iteration is no table");
  }
}

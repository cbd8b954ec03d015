package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.feature.dataset.MiniBatch;
import com.intel.analytics.bigdl.dllib.feature.dataset.Sample;
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath.TensorNumeric;
import scala.collection.Seq;

/**
 * A mini-batch without clips, as replicas feed themselves.
 *
 * @param size records, of which BigDL keeps count
 */
record StepBatch(Step step, int size) implements MiniBatch<Object> {
  private static final long serialVersionUID = 1;

  /** With fewer records BigDL logs a warning in every iteration. */
  static final int RECORDS = 2;

  @Override
  public MiniBatch<Object> slice(int offset, int length) {
    return this;
  }

  @Override
  public Activity getInput() {
    return step;
  }

  @Override
  public Activity getTarget() {
    return step;
  }

  @Override
  public MiniBatch<Object> set(Seq<Sample<Object>> samples, TensorNumeric<Object> numeric) {
    throw new UnsupportedOperationException("replicas feed themselves");
  }
}

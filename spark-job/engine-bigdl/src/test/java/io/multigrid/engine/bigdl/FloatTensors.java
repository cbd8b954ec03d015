package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import scala.reflect.ClassTag;

/** For tests in other packages. */
public final class FloatTensors {
  public static final ClassTag<Object> TAG = Floats.TAG;

  private FloatTensors() {}

  public static Tensor<Object> tensor(float[] values) {
    return Floats.tensor(values);
  }

  public static float[] copy(Tensor<Object> tensor) {
    return Floats.copy(tensor);
  }
}

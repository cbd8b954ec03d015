package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import com.intel.analytics.bigdl.dllib.tensor.Tensor$;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath.TensorNumeric;
import java.nio.FloatBuffer;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** BigDL's float32, as Java sees it: Scala's specialised {@code Float} is {@code Object} here. */
final class Floats {
  @SuppressWarnings("unchecked")
  static final ClassTag<Object> TAG = (ClassTag<Object>) (ClassTag<?>) ClassTag$.MODULE$.Float();

  static final ClassTag<Activity> ACTIVITY = ClassTag$.MODULE$.apply(Activity.class);
  static final TensorNumeric<Object> NUMERIC = numeric();

  private Floats() {}

  /** The object's class name contains a dollar sign too many for javac. */
  @SuppressWarnings("unchecked")
  private static TensorNumeric<Object> numeric() {
    String name =
        "com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath$TensorNumeric$NumericFloat$";
    try {
      return (TensorNumeric<Object>) Class.forName(name).getField("MODULE$").get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name + " is not in this BigDL; it must be 2.4", e);
    }
  }

  static Tensor<Object> tensor(int length) {
    return Tensor$.MODULE$.apply(length, TAG, NUMERIC);
  }

  static Tensor<Object> tensor(float[] values) {
    Tensor<Object> tensor = tensor(values.length);
    System.arraycopy(values, 0, whole(tensor), 0, values.length);
    return tensor;
  }

  /** The storage of a tensor that fills it. */
  static float[] whole(Tensor<Object> tensor) {
    float[] values = (float[]) tensor.storage().array();
    if (tensor.storageOffset() != 1 || tensor.nElement() != values.length) {
      throw new IllegalStateException(
          "a tensor of %s values at offset %s of a storage of %s; it should fill its storage"
              .formatted(tensor.nElement(), tensor.storageOffset(), values.length));
    }
    return values;
  }

  /** The values of a tensor that lies in one piece; what is put there is put in the tensor. */
  static FloatBuffer buffer(Tensor<Object> tensor) {
    float[] storage = (float[]) tensor.storage().array();
    return FloatBuffer.wrap(storage, tensor.storageOffset() - 1, tensor.nElement()).slice();
  }

  static float[] copy(Tensor<Object> tensor) {
    float[] copy = new float[tensor.nElement()];
    System.arraycopy(tensor.storage().array(), tensor.storageOffset() - 1, copy, 0, copy.length);
    return copy;
  }
}

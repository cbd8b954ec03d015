package io.multigrid.models;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Between Java arrays and tensors. */
final class Tensors {
  private Tensors() {}

  /** A tensor with a copy of part of an array, on the device of the options. */
  static Tensor of(float[] values, int offset, long[] shape, TensorOptions options) {
    long count = 1;
    for (long side : shape) {
      count *= side;
    }
    Tensor host = torch.empty(shape);
    FloatPointer pointer = host.data_ptr_float();
    pointer.capacity(count);
    pointer.put(values, offset, Math.toIntExact(count));
    return host.to(options, false, false, new MemoryFormatOptional());
  }

  /** Copies a tensor into an array; returns the place after it. */
  static int get(Tensor tensor, float[] into, int at) {
    int count = Math.toIntExact(tensor.numel());
    Tensor host = onHost(tensor);
    FloatPointer pointer = host.data_ptr_float();
    pointer.capacity(count);
    pointer.get(into, at, count);
    return at + count;
  }

  /** The rows of a matrix, n x c. */
  static float[][] rows(Tensor matrix) {
    float[] flat = new float[Math.toIntExact(matrix.numel())];
    get(matrix, flat, 0);
    int columns = Math.toIntExact(matrix.size(1));
    float[][] rows = new float[flat.length / columns][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
    return rows;
  }

  static Tensor onHost(Tensor tensor) {
    return tensor.to(new Device("cpu"), torch.ScalarType.Float).contiguous();
  }

  /** Lets a tensor outlive the scope that it was made in. */
  static void keep(Tensor tensor) {
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      tensor.retainReference();
      scope.detach(tensor);
    }
  }
}

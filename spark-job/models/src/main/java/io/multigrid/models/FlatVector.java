package io.multigrid.models;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A flat float32 vector of a network, where the network computes. Lives as long as that does. */
public final class FlatVector {
  private final Tensor tensor;
  private final int length;
  private final long address;
  private final boolean onHost;

  FlatVector(Tensor tensor) {
    this.tensor = tensor;
    this.length = Math.toIntExact(tensor.numel());
    try (PointerScope scope = new PointerScope()) {
      this.address = tensor.data_ptr_float().address();
      this.onHost = tensor.is_cpu();
    }
  }

  public int length() {
    return length;
  }

  /** "cpu", or "cuda:0". */
  public String device() {
    try (PointerScope scope = new PointerScope()) {
      return tensor.device().str().getString();
    }
  }

  /** Of the first value, in the memory of the device. */
  public long address() {
    return address;
  }

  public boolean onHost() {
    return onHost;
  }

  /** The values themselves, not a copy; of a vector that is {@link #onHost}. */
  public FloatBuffer values() {
    FloatPointer pointer = tensor.data_ptr_float();
    return pointer.capacity(length).asBuffer();
  }

  /** Copies the values into an array as long. */
  public void get(float[] into) {
    try (PointerScope scope = new PointerScope()) {
      Tensors.get(tensor, into, 0);
    }
  }

  /** Replaces the values. */
  public void put(float[] from) {
    if (from.length != length) {
      throw new IllegalArgumentException(from.length + " values for a vector of " + length);
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      if (onHost) {
        tensor.data_ptr_float().capacity(length).put(from, 0, length);
      } else {
        TensorOptions host = new TensorOptions(ScalarType.Float);
        tensor.copy_(Tensors.of(from, 0, new long[] {length}, host));
      }
    }
  }
}

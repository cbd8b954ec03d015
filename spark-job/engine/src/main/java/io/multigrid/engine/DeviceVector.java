package io.multigrid.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A flat vector of float32 values in the memory of the device that a replica computes on. Whoever
 * calls {@link #get} and {@link #put} copies all of it, once.
 */
public sealed interface DeviceVector {
  int length();

  /**
   * Copies the values out.
   *
   * @param into as long as the vector
   */
  void get(float[] into);

  /**
   * Replaces the values.
   *
   * @param from as long as the vector
   */
  void put(float[] from);

  /**
   * In the process's own memory.
   *
   * @param values direct, of the machine's byte order
   */
  record Host(FloatBuffer values) implements DeviceVector {
    public Host {
      if (!values.isDirect() || values.order() != ByteOrder.nativeOrder()) {
        throw new IllegalArgumentException(
            "a buffer of %s values: must be direct and of the machine's byte order"
                .formatted(values.limit()));
      }
      values = values.slice();
    }

    /** Zeros. */
    public static Host of(int length) {
      ByteBuffer bytes = ByteBuffer.allocateDirect(length * Float.BYTES);
      return new Host(bytes.order(ByteOrder.nativeOrder()).asFloatBuffer());
    }

    @Override
    public int length() {
      return values.limit();
    }

    @Override
    public void get(float[] into) {
      same(into);
      values.get(0, into);
    }

    @Override
    public void put(float[] from) {
      same(from);
      values.put(0, from);
    }

    private void same(float[] array) {
      if (array.length != length()) {
        throw new IllegalArgumentException(
            "%s values for a vector of %s: must be as many; are they of another model?"
                .formatted(array.length, length()));
      }
    }
  }

  /** In the memory of an accelerator, which another library reads and writes. */
  non-sealed interface Accelerator extends DeviceVector {
    /** As CUDA counts them: "cuda:0". */
    String device();

    /** Of the first value, on the device. */
    long address();
  }
}

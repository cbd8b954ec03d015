package com.intel.analytics.bigdl.dllib.optim.parameters;

import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Parameters as they travel without compression: float32, little-endian, in a row. Takes the place
 * of BigDL's class of this name, which turns floats into bytes and back one byte at a time and is
 * left out of the repackaged BigDL; BigDL makes instances of whatever has the name.
 *
 * <p>Offsets and lengths are numbers of parameters. Several threads may work on ranges that do not
 * overlap.
 *
 * @param <T> float
 */
public class UncompressedTensor<T> implements CompressedTensor<T> {
  private static final long serialVersionUID = 1;

  /** Parameters that are added at a time, in arrays that the processor's first cache holds. */
  private static final int CHUNK = 2048;

  private final byte[] buffer;
  private final int start;
  private final int length;

  /**
   * @param start first byte
   * @param length bytes
   * @throws UnsupportedOperationException if parameters are not floats
   */
  private UncompressedTensor(byte[] buffer, int start, int length, ClassTag<T> tag) {
    if (!tag.equals(ClassTag$.MODULE$.Float())) {
      throw new UnsupportedOperationException("parameters of " + tag + ": must be floats");
    }
    this.buffer = buffer;
    this.start = start;
    this.length = length;
  }

  /** Of zeros. */
  public UncompressedTensor(int parameters, ClassTag<T> tag) {
    this(new byte[parameters * Float.BYTES], 0, parameters * Float.BYTES, tag);
  }

  public UncompressedTensor(Tensor<T> parameters, ClassTag<T> tag) {
    this(parameters.nElement(), tag);
    compress(parameters);
  }

  /** What is left of {@code bytes}, which must have an array; shares it. */
  public UncompressedTensor(ByteBuffer bytes, ClassTag<T> tag) {
    this(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), tag);
  }

  @Override
  public UncompressedTensor<T> compress(int offset, Tensor<T> from, int first, int count) {
    range(offset, count).put(array(from, first, count), from.storageOffset() - 1 + first, count);
    return this;
  }

  @Override
  public UncompressedTensor<T> compress(Tensor<T> from) {
    return compress(0, from, 0, from.nElement());
  }

  @Override
  public void deCompress(int offset, Tensor<T> to, int first, int count) {
    range(offset, count).get(array(to, first, count), to.storageOffset() - 1 + first, count);
  }

  @Override
  public void deCompress(Tensor<T> to) {
    deCompress(0, to, 0, length / Float.BYTES);
  }

  @Override
  public ByteBuffer bytes(int offset, int count) {
    check(offset, count);
    return ByteBuffer.wrap(buffer, start + offset * Float.BYTES, count * Float.BYTES);
  }

  @Override
  public ByteBuffer bytes() {
    return bytes(0, length / Float.BYTES);
  }

  @Override
  public UncompressedTensor<T> add(ByteBuffer data, int offset, int count) {
    FloatBuffer sum = range(offset, count);
    FloatBuffer summands = data.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    if (summands.remaining() < count) {
      throw new IllegalArgumentException(
          "%s parameters were to be added, %s are there".formatted(count, summands.remaining()));
    }
    float[] left = new float[Math.min(CHUNK, count)];
    float[] right = new float[left.length];
    for (int done = 0; done < count; done += left.length) {
      int some = Math.min(left.length, count - done);
      sum.get(done, left, 0, some);
      summands.get(done, right, 0, some);
      for (int i = 0; i < some; i++) {
        left[i] += right[i];
      }
      sum.put(done, left, 0, some);
    }
    return this;
  }

  @Override
  public UncompressedTensor<T> add(ByteBuffer data) {
    return add(data, 0, length / Float.BYTES);
  }

  @Override
  public UncompressedTensor<T> parAdd(ByteBuffer data, int offset, int count) {
    return add(data, offset, count);
  }

  @Override
  public UncompressedTensor<T> parAdd(ByteBuffer data) {
    return add(data);
  }

  private FloatBuffer range(int offset, int count) {
    return bytes(offset, count).slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private void check(int offset, int count) {
    if (offset < 0 || count < 0 || offset > length / Float.BYTES - count) {
      throw new IndexOutOfBoundsException(
          "%s parameters from %s on: there are %s".formatted(count, offset, length / Float.BYTES));
    }
  }

  private float[] array(Tensor<T> tensor, int first, int count) {
    if (!tensor.isContiguous() || first < 0 || first + count > tensor.nElement()) {
      throw new IllegalArgumentException(
          "%s parameters from %s on of a tensor of %s: must be there, and in a row"
              .formatted(count, first, tensor.nElement()));
    }
    return (float[]) (Object) tensor.storage().array();
  }
}

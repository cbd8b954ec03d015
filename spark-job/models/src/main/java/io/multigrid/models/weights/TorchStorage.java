package io.multigrid.models.weights;

import io.multigrid.models.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The memory that torch's tensors are views of. */
final class TorchStorage {
  /** Fetches the first bytes of a storage. */
  interface Fetch {
    byte[] bytes(long count) throws IOException;
  }

  final String key;
  final ElementType type;
  final long elements;
  Fetch fetch;

  TorchStorage(Object[] id) throws IOException {
    if (id.length < 5 || !"storage".equals(id[0])) {
      throw new IOException("it refers to something outside that is no storage");
    }
    this.type = ElementType.ofStorage(((Pickle.Global) id[1]).name());
    this.key = (String) id[2];
    this.elements = (Long) id[4];
  }

  /** The tensor that torch would rebuild, or null if the call rebuilds none. */
  static StoredTensor tensor(Pickle.Thing call) throws IOException {
    if (!call.type.module().equals("torch._utils")
        || !call.type.name().startsWith("_rebuild_tensor")) {
      return null;
    }
    Object[] a = call.arguments;
    if (!(a[0] instanceof TorchStorage storage)) {
      throw new IOException("a tensor has no storage");
    }
    long offset = (Long) a[1];
    long[] shape = longs(a[2]);
    long[] stride = longs(a[3]);
    long count = StoredTensor.count(shape);
    if (offset < 0 || stride.length != shape.length || count > storage.elements) {
      throw new IOException(
          "a tensor of shape %s cannot lie in a storage of %s elements"
              .formatted(Arrays.toString(shape), storage.elements));
    }
    long last = offset;
    for (int i = 0; i < shape.length; i++) {
      if (stride[i] < 0 || stride[i] > storage.elements) {
        throw new IOException("a tensor has strides " + Arrays.toString(stride));
      }
      last += Math.max(shape[i] - 1, 0) * stride[i];
    }
    long end = count == 0 ? 0 : last + 1;
    if (end > storage.elements) {
      throw new IOException("a tensor reaches beyond its storage");
    }
    return new StoredTensor(shape, () -> storage.read(new View(offset, shape, stride), end));
  }

  private record View(long offset, long[] shape, long[] stride) {}

  private float[] read(View view, long end) throws IOException {
    ByteBuffer data =
        ByteBuffer.wrap(fetch.bytes(end * type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[Math.toIntExact(StoredTensor.count(view.shape()))];
    int dimensions = view.shape().length;
    long[] index = new long[dimensions];
    for (int i = 0; i < values.length; i++) {
      long at = view.offset();
      for (int d = 0; d < dimensions; d++) {
        at += index[d] * view.stride()[d];
      }
      values[i] = type.get(data, (int) at);
      for (int d = dimensions - 1; d >= 0 && ++index[d] == view.shape()[d]; d--) {
        index[d] = 0;
      }
    }
    return values;
  }

  static long[] longs(Object tuple) {
    Object[] items =
        tuple instanceof Object[] array ? array : ((java.util.List<?>) tuple).toArray();
    long[] values = new long[items.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (Long) items[i];
    }
    return values;
  }
}

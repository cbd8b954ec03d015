package io.multigrid.models.weights;

import io.multigrid.models.ElementType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Numpy's arrays as they lie in a pickle. */
final class NumpyArray {
  private NumpyArray() {}

  /** The array that numpy would make, or null if the call makes none. */
  static StoredTensor of(Pickle.Thing call) throws IOException {
    String name = call.type.name();
    if (!call.type.module().startsWith("numpy")) {
      return null;
    }
    if (name.equals("_reconstruct") && call.state instanceof Object[] state && state.length == 5) {
      boolean byColumns = Boolean.TRUE.equals(state[3]);
      return tensor(TorchStorage.longs(state[1]), state[2], state[4], byColumns);
    }
    if (name.equals("_frombuffer") && call.arguments.length >= 3) {
      Object[] a = call.arguments;
      boolean byColumns = a.length > 3 && "F".equals(a[3]);
      return tensor(TorchStorage.longs(a[2]), a[1], a[0], byColumns);
    }
    return null;
  }

  private static StoredTensor tensor(long[] shape, Object type, Object data, boolean byColumns)
      throws IOException {
    Pickle.Thing described = (Pickle.Thing) type;
    ElementType element = ElementType.ofNumpy((String) described.arguments[0]);
    boolean big =
        described.state instanceof Object[] state && state.length > 1 && ">".equals(state[1]);
    byte[] bytes =
        data instanceof byte[] raw
            ? raw
            : ((String) data).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    long count = StoredTensor.count(shape);
    if (count * element.bytes() != bytes.length || (byColumns && shape.length > 1)) {
      throw new IOException(
          "an array of shape %s by %s has %s bytes"
              .formatted(Arrays.toString(shape), byColumns ? "columns" : "rows", bytes.length));
    }
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    return new StoredTensor(
        shape,
        () -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
          float[] values = new float[(int) count];
          for (int i = 0; i < values.length; i++) {
            values[i] = element.get(buffer, i);
          }
          return values;
        });
  }
}

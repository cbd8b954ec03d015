package io.multigrid.models.weights;

import java.io.IOException;
import java.util.Arrays;

/** A tensor of a checkpoint, whose values are read when they are asked for. */
record StoredTensor(long[] shape, Reader reader) {
  /** Reads all values, as float32. */
  interface Reader {
    float[] read() throws IOException;
  }

  /** As many elements as the shape has; none if that is beyond counting. */
  static long count(long[] shape) throws IOException {
    long count = 1;
    for (long side : shape) {
      if (side < 0 || (side > 0 && count > Long.MAX_VALUE / side)) {
        throw new IOException("a shape of " + Arrays.toString(shape) + " is absurd");
      }
      count *= side;
    }
    return count;
  }

  float[] values() throws IOException {
    return reader.read();
  }
}

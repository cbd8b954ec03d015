package io.multigrid.models;

import java.util.Arrays;
import java.util.Optional;

/** Numbers of a tensor that are none: NaN and infinity. */
public final class NonFinite {
  private NonFinite() {}

  /**
   * Which tensor has how many of them, and where the first is; empty if it has none.
   *
   * @param shape of the tensor, whose last side varies fastest
   */
  public static Optional<String> in(String tensor, long[] shape, float[] values) {
    int count = 0;
    int first = -1;
    for (int i = values.length - 1; i >= 0; i--) {
      if (!Float.isFinite(values[i])) {
        count++;
        first = i;
      }
    }
    if (count == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "%s is not finite in %s of %s numbers, the first at %s: %s"
            .formatted(tensor, count, values.length, place(shape, first), values[first]));
  }

  private static String place(long[] shape, int index) {
    long[] place = new long[shape.length];
    long rest = index;
    for (int i = shape.length - 1; i >= 0; i--) {
      place[i] = rest % shape[i];
      rest /= shape[i];
    }
    return Arrays.toString(place);
  }
}

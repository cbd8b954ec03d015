package io.multigrid.models;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Numbers of a tensor that are none: NaN and infinity. */
public final class NonFinite {
  private static final int NAMED = 5;

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

  /**
   * Why a file's weights cannot be used.
   *
   * @param broken of {@link #in}, one or more
   */
  public static String refusal(String file, List<String> broken) {
    int more = broken.size() - NAMED;
    return "Cannot use the weights of %s: %s%s; it was damaged, or written by a training that diverged: give another file, or an earlier checkpoint"
        .formatted(
            file,
            String.join("; ", broken.subList(0, Math.min(NAMED, broken.size()))),
            more > 0 ? "; and " + more + " tensors more" : "");
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

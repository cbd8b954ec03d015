package io.multigrid.networks;

import io.multigrid.networks.Cost.Shape;
import java.util.List;

/**
 * Bytes of a batch's features.
 *
 * @param clips computed at once
 */
record Sizes(Model.Compute compute, int clips) {
  static final int FLOAT = 4;
  static final int BFLOAT16 = 2;

  /** Of a number that most convolutions take and give. */
  int element() {
    return compute.precision() == Model.Compute.Precision.BFLOAT16 ? BFLOAT16 : FLOAT;
  }

  /** Of a number that a convolution takes and gives. */
  int element(Conv conv, Shape x) {
    return Bfloat16.harms(conv, x.frames(), x.width()) ? FLOAT : element();
  }

  long of(Shape shape, int element) {
    return element * clips * shape.count();
  }

  /** Of features between segments. */
  long of(List<Shape> shapes) {
    return shapes.stream().mapToLong(shape -> of(shape, element())).sum();
  }
}

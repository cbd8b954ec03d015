package io.multigrid.models;

import io.multigrid.networks.Architecture;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a network and their gradients, each one flat vector; every parameter is a view
 * of the one, and its gradient a view of the other.
 */
final class Parameters implements AutoCloseable {
  private final int count;
  private final Tensor values;
  private final TensorOptions options;
  private final Architecture architecture;
  private final Leaves own;

  /** Initial parameters, a function of the seed, and gradients of 0. */
  Parameters(Architecture architecture, long seed, TensorOptions options) {
    float[] initial = Initial.weights(architecture, seed);
    this.architecture = architecture;
    this.options = options;
    this.count = initial.length;
    this.values = Tensors.of(initial, 0, new long[] {count}, options);
    this.own = leaves();
  }

  /** More leaves of the same values; the caller closes them. */
  Leaves leaves() {
    return new Leaves(values, architecture.parameters(), options);
  }

  int count() {
    return count;
  }

  Tensor flat() {
    return values;
  }

  Tensor flatGradients() {
    return own.gradients();
  }

  /** Every parameter in its shape, in the architecture's order. */
  List<Tensor> views() {
    return own.views();
  }

  /** A copy of all parameters. */
  float[] values() {
    return copy(values);
  }

  /** Replaces all parameters. */
  void values(float[] replacement) {
    if (replacement.length != count) {
      throw new IllegalArgumentException(replacement.length + " weights for a network of " + count);
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      TensorOptions host = new TensorOptions(ScalarType.Float);
      values.copy_(Tensors.of(replacement, 0, new long[] {count}, host));
    }
  }

  void zeroGradients() {
    own.zeroGradients();
  }

  /** Multiplies gradients {@code first <= i < end} of the flat vector. */
  void scaleGradients(int first, int end, float factor) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      own.gradients().narrow(0, first, end - (long) first).mul_(new Scalar(factor));
    }
  }

  /** The part of a flat vector that a segment's parameters make up, or the head's; a view. */
  Tensor ofSegment(Tensor flat, int segment) {
    int begin = architecture.begin(segment);
    return flat.narrow(0, begin, architecture.begin(segment + 1) - (long) begin);
  }

  /** A copy of the accumulated gradient. */
  float[] gradients() {
    return copy(own.gradients());
  }

  private float[] copy(Tensor vector) {
    float[] copy = new float[count];
    try (PointerScope scope = new PointerScope()) {
      Tensors.get(vector, copy, 0);
    }
    return copy;
  }

  @Override
  public void close() {
    own.close();
    values.close();
  }
}

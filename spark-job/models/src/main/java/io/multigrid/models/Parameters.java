package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parameters of a network and their gradients, each one flat vector; every parameter is a view
 * of the one, and its gradient a view of the other.
 */
final class Parameters implements AutoCloseable {
  private final int count;
  private final Tensor values;
  private final Tensor gradients;
  private final List<Tensor> views = new ArrayList<>();
  private final List<Tensor> gradientViews = new ArrayList<>(); // freed with the vectors

  /** Initial parameters, a function of the seed, and gradients of 0. */
  Parameters(Architecture architecture, long seed, TensorOptions options) {
    float[] initial = Initial.weights(architecture, seed);
    this.count = initial.length;
    this.values = Tensors.of(initial, 0, new long[] {count}, options);
    this.gradients = torch.zeros(new long[] {count}, options);
    long at = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (TensorInfo info : architecture.parameters()) {
        Tensor view = values.narrow(0, at, info.count()).view(info.shape()).detach();
        view.set_requires_grad(true);
        Tensor gradient = gradients.narrow(0, at, info.count()).view(info.shape());
        view.mutable_grad().put(gradient);
        views.add(view);
        gradientViews.add(gradient);
        at += info.count();
      }
    }
  }

  int count() {
    return count;
  }

  Tensor flat() {
    return values;
  }

  Tensor flatGradients() {
    return gradients;
  }

  /** Every parameter in its shape, in the architecture's order. */
  List<Tensor> views() {
    return views;
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
    try (PointerScope scope = new PointerScope()) {
      gradients.zero_();
    }
  }

  /** Adds the accumulated gradient to {@code sum}. */
  void addGradients(float[] sum) {
    float[] copy = copy(gradients);
    for (int i = 0; i < count; i++) {
      sum[i] += copy[i];
    }
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
    gradientViews.forEach(Tensor::close);
    views.forEach(Tensor::close);
    gradients.close();
    values.close();
  }
}

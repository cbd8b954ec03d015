package io.multigrid.models;

import io.multigrid.networks.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Parameters as the leaves of backward passes: views of one flat vector of values, with gradients
 * that are views of a flat vector of these leaves' own.
 */
final class Leaves implements AutoCloseable {
  private final Tensor gradients;
  private final List<Tensor> views = new ArrayList<>();
  private final List<Tensor> gradientViews = new ArrayList<>(); // freed with the vector

  /** Gradients of 0. All of it outlives the scope that it is made in. */
  Leaves(Tensor values, List<TensorInfo> parameters, TensorOptions options) {
    this.gradients = torch.zeros(new long[] {values.numel()}, options);
    Tensors.keep(gradients);
    long at = 0;
    try (NoGradGuard guard = new NoGradGuard()) {
      for (TensorInfo info : parameters) {
        Tensor view = values.narrow(0, at, info.count()).view(info.shape()).detach();
        view.set_requires_grad(true);
        Tensor gradient = gradients.narrow(0, at, info.count()).view(info.shape());
        view.mutable_grad().put(gradient);
        Tensors.keep(view);
        Tensors.keep(gradient);
        views.add(view);
        gradientViews.add(gradient);
        at += info.count();
      }
    }
  }

  Tensor gradients() {
    return gradients;
  }

  /** Every parameter in its shape, in the architecture's order. */
  List<Tensor> views() {
    return views;
  }

  void zeroGradients() {
    try (PointerScope scope = new PointerScope()) {
      gradients.zero_();
    }
  }

  @Override
  public void close() {
    gradientViews.forEach(Tensor::close);
    views.forEach(Tensor::close);
    gradients.close();
  }
}

package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.bmm;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.conv3d;
import static org.bytedeco.pytorch.global.torch.max_pool3d;
import static org.bytedeco.pytorch.global.torch.relu_;
import static org.bytedeco.pytorch.global.torch.softmax;

import io.multigrid.networks.Bfloat16;
import io.multigrid.networks.Calculus;
import io.multigrid.networks.Conv;
import io.multigrid.networks.Model;
import io.multigrid.networks.Norm;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A walk with tensors: clips x channels x T x H x W. */
record Forward(List<Tensor> parameters, Normaliser norms, Mode mode, Model.Compute compute)
    implements Calculus<Tensor> {
  private static final long[] ONE = {1, 1, 1};

  /** Which statistics normalise. */
  enum Mode {
    TRAINING,
    EVALUATION
  }

  /** In float32 where that is the precision, or {@link Bfloat16} does harm. */
  @Override
  public Tensor convolution(Tensor x, Conv conv) {
    boolean float32 = compute.precision() == Model.Compute.Precision.FLOAT32;
    if (!float32 && x.is_cpu() && Bfloat16.harms(conv, x.size(2), x.size(4))) {
      return Autocast.without(() -> convolution(x.to(ScalarType.Float), conv, true));
    }
    return convolution(x, conv, float32);
  }

  /**
   * A kernel of width 1 is the same at any dilation over the width, but on a CPU libtorch gives
   * undilated ones of small batches in float32 to a slow path, forwards and backwards.
   */
  private Tensor convolution(Tensor x, Conv conv, boolean float32) {
    boolean slow = conv.kernel()[2] == 1 && float32 && x.is_cpu();
    long[] dilation = {1, 1, slow ? 2 : 1};
    TensorOptional bias =
        conv.bias().isPresent()
            ? new TensorOptional(parameters.get(conv.bias().getAsInt()))
            : new TensorOptional();
    Tensor weight = parameters.get(conv.weight());
    return conv3d(x, weight, bias, conv.stride(), conv.padding(), dilation, 1);
  }

  @Override
  public Tensor normalised(Tensor x, Norm norm) {
    Tensor gain = parameters.get(norm.gain());
    Tensor bias = parameters.get(norm.bias());
    return mode == Mode.TRAINING
        ? norms.train(x, norm, gain, bias)
        : norms.evaluate(x, norm, gain, bias);
  }

  /** What libtorch's own calls in place return is not what the tensor lives by. */
  @Override
  public Tensor relu(Tensor x) {
    relu_(x);
    return x;
  }

  @Override
  public Tensor sum(Tensor a, Tensor b) {
    a.add_(b);
    return a;
  }

  /** What the backward pass does not need is freed with the scope. */
  @Override
  public Tensor part(Supplier<Tensor> walk) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope inner = new PointerScope()) {
      Tensor y = walk.get();
      outer.attach(y);
      inner.detach(y);
      return y;
    }
  }

  @Override
  public Tensor joined(Tensor a, Tensor b) {
    return cat(new TensorVector(a, b), 1);
  }

  @Override
  public Tensor maxPool(Tensor x, Pool pool) {
    return max_pool3d(x, pool.kernel(), pool.stride(), pool.padding(), ONE, false);
  }

  @Override
  public Tensor attention(Tensor theta, Tensor phi, Tensor g, Model.Pairing pairing) {
    Tensor query = theta.flatten(2, -1).transpose(1, 2); // n x t x c
    Tensor key = phi.flatten(2, -1); // n x c x p
    Tensor value = g.flatten(2, -1).transpose(1, 2); // n x p x c
    Tensor agreement = bmm(query, key); // n x t x p
    Tensor share =
        pairing == Model.Pairing.SOFTMAX
            ? softmax(agreement.mul(new Scalar(1 / Math.sqrt(theta.size(1)))), 2)
            : agreement.div(new Scalar((double) key.size(2)));
    return bmm(share, value).transpose(1, 2).reshape(theta.shape()); // n x c x T x H x W
  }
}

package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.adaptive_avg_pool3d;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.conv3d;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.max_pool3d;
import static org.bytedeco.pytorch.global.torch.relu_;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/**
 * One pass through a network.
 *
 * @param dropoutMask values that the head's input is multiplied with
 */
record Forward(
    Architecture net,
    List<Tensor> parameters,
    Normaliser norms,
    Mode mode,
    Optional<Tensor> dropoutMask) {
  private static final long[] ONE = {1, 1, 1};

  /** Which statistics normalise. */
  enum Mode {
    TRAINING,
    EVALUATION
  }

  /**
   * Logits, clips x classes.
   *
   * @param inputs of the pathways, slow first: clips x 3 x T' x S x S
   */
  Tensor logits(List<Tensor> inputs) {
    int lanes = inputs.size();
    Tensor[] x = new Tensor[lanes];
    for (int p = 0; p < lanes; p++) {
      x[p] = stem(net.pathways().get(p).stem(), inputs.get(p)); // n x c x T' x S/4 x S/4
    }
    fuse(x, 0);
    for (int s = 0; s < 4; s++) {
      for (int p = 0; p < lanes; p++) {
        for (Architecture.Block block : net.pathways().get(p).stages().get(s)) {
          x[p] = block(block, x[p]);
        }
      }
      if (s < 3) {
        fuse(x, s + 1);
      }
    }
    Tensor pooled = adaptive_avg_pool3d(x[0], 1, 1, 1);
    if (lanes == 2) {
      pooled = cat(new TensorVector(pooled, adaptive_avg_pool3d(x[1], 1, 1, 1)), 1);
    }
    Tensor features = pooled.flatten(1, -1); // n x c
    if (dropoutMask.isPresent()) {
      features = features.mul(dropoutMask.get());
    }
    return linear(
        features,
        parameters.get(net.headWeight()),
        new TensorOptional(parameters.get(net.headWeight() + 1)));
  }

  private Tensor stem(Architecture.Unit unit, Tensor x) {
    return max_pool3d(
        relu_(unit(unit, x)),
        new long[] {1, 3, 3},
        new long[] {1, 2, 2},
        new long[] {0, 1, 1},
        ONE,
        false);
  }

  private void fuse(Tensor[] x, int lateral) {
    if (x.length == 2) {
      Tensor toSlow = relu_(unit(net.laterals().get(lateral), x[1]));
      x[0] = cat(new TensorVector(x[0], toSlow), 1);
    }
  }

  private Tensor block(Architecture.Block block, Tensor x) {
    Tensor shortcut = block.shortcut().isPresent() ? unit(block.shortcut().get(), x) : x;
    Tensor y = relu_(unit(block.a(), x));
    y = relu_(unit(block.b(), y));
    y = unit(block.c(), y);
    return relu_(y.add(shortcut));
  }

  private Tensor unit(Architecture.Unit unit, Tensor x) {
    Norm norm = unit.norm();
    Tensor gain = parameters.get(norm.gain());
    Tensor bias = parameters.get(norm.bias());
    Tensor y = convolution(unit.conv(), x);
    return mode == Mode.TRAINING
        ? norms.train(y, norm, gain, bias)
        : norms.evaluate(y, norm, gain, bias);
  }

  private Tensor convolution(Conv conv, Tensor x) {
    Tensor weight = parameters.get(conv.weight());
    return conv3d(
        x, weight, new TensorOptional(), conv.stride(), conv.padding(), conv.dilation(), 1);
  }
}

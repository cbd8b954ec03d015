package io.multigrid.engine.collective;

import io.multigrid.engine.DeviceVector;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.WeightDecay;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The step of {@link Sgd} in libtorch's memory, in place. Blocks are small enough to stay in a
 * core's cache from one operation to the next: memory is read once, not once an operation.
 */
final class SgdStep implements AutoCloseable {
  /** Values of a block for each thread; with fewer, libtorch would leave threads idle. */
  private static final int BLOCK = 1 << 15;

  /** Views of the same values of the three vectors, which have the same decay. */
  private record Block(Tensor weights, Tensor gradient, Tensor momentum, float decay) {
    static Block of(SgdStep all, int first, int end, float decay) {
      try (PointerScope scope = new PointerScope()) {
        return new Block(
            Tensors.keep(all.weights.narrow(0, first, end - first)),
            Tensors.keep(all.gradient.narrow(0, first, end - first)),
            Tensors.keep(all.momentum.narrow(0, first, end - first)),
            decay);
      }
    }

    void close() {
      weights.close();
      gradient.close();
      momentum.close();
    }
  }

  private final Tensor weights;
  private final Tensor gradient;
  private final Tensor momentum;
  private final Sgd sgd;
  private final List<Block> blocks = new ArrayList<>();

  private SgdStep(Tensor weights, Tensor gradient, Sgd sgd) {
    this.weights = weights;
    this.gradient = gradient;
    this.momentum = Tensors.keep(torch.zeros_like(weights));
    this.sgd = sgd;
  }

  /**
   * @param momentum that the buffer starts from
   */
  static SgdStep over(DeviceVector weights, DeviceVector gradient, float[] momentum, Sgd sgd) {
    try (PointerScope scope = new PointerScope()) {
      SgdStep step =
          new SgdStep(
              Tensors.keep(Tensors.over(weights)), Tensors.keep(Tensors.over(gradient)), sgd);
      Tensors.put(momentum, step.momentum);
      boolean cached = weights instanceof DeviceVector.Host;
      step.cut(cached ? BLOCK * torch.get_num_threads() : Integer.MAX_VALUE);
      return step;
    }
  }

  /** Makes the blocks. */
  private void cut(int most) {
    int first = 0;
    for (WeightDecay.Run run : sgd.decay().runs()) {
      first = cut(first, run.end(), run.rate(), most);
    }
    cut(first, Math.toIntExact(weights.numel()), 0, most);
  }

  private int cut(int from, int end, float decay, int most) {
    for (int first = from; first < end; ) {
      int next = first + Math.min(most, end - first);
      blocks.add(Block.of(this, first, next, decay));
      first = next;
    }
    return end;
  }

  Tensor gradient() {
    return gradient;
  }

  /** A copy of the weights. */
  float[] weights() {
    return Tensors.copy(weights);
  }

  /** A copy of the buffer. */
  float[] momentum() {
    return Tensors.copy(momentum);
  }

  /** One step down the gradient, which holds the mean over workers, and is changed. */
  void make(double rate) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      float factor = sgd.clipping().byNorm() ? sgd.clipping().factor(squares()) : 1;
      for (Block block : blocks) {
        try (PointerScope inner = new PointerScope()) {
          make(block, factor, rate);
        }
      }
    }
  }

  private double squares() {
    double sum = 0;
    for (Block block : blocks) {
      try (PointerScope scope = new PointerScope()) {
        Tensor exact = block.gradient.to(ScalarType.Double);
        sum += exact.dot(exact).item_double();
      }
    }
    return sum;
  }

  private void make(Block block, float factor, double rate) {
    Tensor g = block.gradient;
    if (factor != 1) {
      g.mul_(new Scalar(factor));
    }
    float most = (float) sgd.clipping().value();
    if (most < Float.POSITIVE_INFINITY) {
      g.clamp_(new ScalarOptional(new Scalar(-most)), new ScalarOptional(new Scalar(most)));
    }
    if (block.decay != 0) {
      g.add_(block.weights, new Scalar(block.decay));
    }
    Tensor step = g;
    if (sgd.momentum() != 0) {
      Scalar m = new Scalar((float) sgd.momentum());
      block.momentum.mul_(m).add_(g);
      step = sgd.nesterov() ? g.add_(block.momentum, m) : block.momentum;
    }
    block.weights.add_(step, new Scalar((float) -rate));
  }

  @Override
  public void close() {
    blocks.forEach(Block::close);
    momentum.close();
    gradient.close();
    weights.close();
  }
}

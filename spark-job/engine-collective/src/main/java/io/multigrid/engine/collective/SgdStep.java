package io.multigrid.engine.collective;

import io.multigrid.engine.DeviceVector;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.WeightDecay;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  /** Parameters {@code first <= i < end}. */
  record Range(int first, int end) {
    int length() {
      return end - first;
    }
  }

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
  private final int most;
  private final Map<Range, List<Block>> blocks = new HashMap<>();

  /**
   * @param most values of a block
   */
  private SgdStep(Tensor weights, Tensor gradient, Sgd sgd, int most) {
    this.weights = weights;
    this.gradient = gradient;
    this.momentum = Tensors.keep(torch.zeros_like(weights));
    this.sgd = sgd;
    this.most = most;
  }

  /**
   * @param momentum that the buffer starts from
   */
  static SgdStep over(DeviceVector weights, DeviceVector gradient, float[] momentum, Sgd sgd) {
    try (PointerScope scope = new PointerScope()) {
      boolean cached = weights instanceof DeviceVector.Host;
      SgdStep step =
          new SgdStep(
              Tensors.keep(Tensors.over(weights)),
              Tensors.keep(Tensors.over(gradient)),
              sgd,
              cached ? BLOCK * torch.get_num_threads() : Integer.MAX_VALUE);
      Tensors.put(momentum, step.momentum);
      return step;
    }
  }

  /** Made when a range is seen first, as ranges are the same in every iteration. */
  private List<Block> blocks(Range range) {
    return blocks.computeIfAbsent(range, this::cut);
  }

  private List<Block> cut(Range range) {
    List<Block> made = new ArrayList<>();
    int first = range.first;
    for (WeightDecay.Run run : sgd.decay().runs()) {
      first = cut(first, Math.min(run.end(), range.end), run.rate(), made);
    }
    cut(first, range.end, 0, made);
    return made;
  }

  private int cut(int from, int end, float decay, List<Block> made) {
    int first = from;
    while (first < end) {
      int next = first + Math.min(most, end - first);
      made.add(Block.of(this, first, next, decay));
      first = next;
    }
    return first;
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

  /** Whether the step of a range depends on the whole gradient. */
  boolean needsAll() {
    return sgd.clipping().byNorm();
  }

  /** What clipping by norm multiplies the gradient by, which holds the mean over workers. */
  float factor(List<Range> all) {
    double squares = 0;
    for (Range range : all) {
      for (Block block : blocks(range)) {
        try (PointerScope scope = new PointerScope()) {
          Tensor exact = block.gradient.to(ScalarType.Double);
          squares += exact.dot(exact).item_double();
        }
      }
    }
    return sgd.clipping().factor(squares);
  }

  /**
   * The step of a range, down the mean gradient, which is changed.
   *
   * @param factor that the gradient is multiplied by first
   */
  void make(Range range, float factor, double rate) {
    for (Block block : blocks(range)) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        make(block, factor, rate);
      }
    }
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
    blocks.values().forEach(some -> some.forEach(Block::close));
    momentum.close();
    gradient.close();
    weights.close();
  }
}

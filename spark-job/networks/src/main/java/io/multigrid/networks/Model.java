package io.multigrid.networks;

import java.io.Serializable;
import java.util.List;

/**
 * A network of the SlowFast family: what it is made of, what it learns by, how it computes.
 *
 * @param name slowfast, slow, i3d or c2d
 * @param width channels that the slow pathway's stem puts out
 * @param dropout share of the head's inputs that training leaves out
 * @param zeroInitFinalBn whether a block starts as its shortcut
 */
public record Model(
    String name,
    int width,
    int classes,
    Stages stages,
    Fast fast,
    NonLocal nonLocal,
    double dropout,
    boolean zeroInitFinalBn,
    Loss loss,
    Compute compute)
    implements Serializable {

  /**
   * The stem and the four residual stages.
   *
   * @param blocks of each residual stage
   * @param temporalKernels of the stem and of each stage of the slow pathway; a stage's blocks take
   *     them in turn
   * @param temporalPool frames that one is made of after the first stage
   */
  public record Stages(
      List<Integer> blocks,
      BlockKind blockKind,
      List<List<Integer>> temporalKernels,
      int temporalPool)
      implements Serializable {}

  /** Convolutions of a residual block: 1x1, 3x3, 1x1 with four times the channels, or two 3x3. */
  public enum BlockKind {
    BOTTLENECK,
    BASIC
  }

  /**
   * The fast pathway and what it sends to the slow one.
   *
   * @param alpha frames of the fast pathway in one of the slow pathway
   * @param betaInv channels of the slow pathway in one of the fast pathway
   * @param ratio channels sent, in those of the fast pathway
   * @param kernel frames of the convolution that sends
   */
  public record Fast(int alpha, int betaInv, int ratio, int kernel) implements Serializable {}

  /** How two positions agree: softmax of their scaled product, or the product over their number. */
  public enum Pairing {
    SOFTMAX,
    DOT_PRODUCT
  }

  /**
   * Non-local blocks.
   *
   * @param places [stage, block], stages from 2 as in the parameters' names, blocks from 0
   * @param pool side of the spatial pooling of what positions are compared with
   */
  public record NonLocal(List<List<Integer>> places, Pairing pairing, int pool)
      implements Serializable {}

  /**
   * One label a clip and softmax, or any number of labels and a sigmoid each.
   *
   * @param smoothing share of the target that is spread over all classes
   */
  public record Loss(Kind kind, double smoothing) implements Serializable {
    /** The function that turns logits into scores. */
    public enum Kind {
      SOFTMAX,
      SIGMOID
    }
  }

  /** How a network computes: the same function, within rounding. */
  public record Compute(Precision precision, Layout layout, Keep keep) implements Serializable {
    /** Of convolutions and matrix products; parameters and sums are float32 in both. */
    public enum Precision {
      FLOAT32,
      BFLOAT16
    }

    /** Order of features in memory: by channel, or all channels of a position together. */
    public enum Layout {
      CHANNELS_FIRST,
      CHANNELS_LAST
    }

    /** What the backward pass finds: everything, or the inputs of stages, computed again. */
    public enum Keep {
      EVERYTHING,
      STAGES
    }
  }

  public boolean hasFast() {
    return name.equals("slowfast");
  }

  /** Channels that a block of a stage (0 to 3) puts out, in those that go in. */
  int outputs(int width, int stage) {
    return (4 * width) << stage;
  }

  /** The same network for another number of classes. */
  public Model withClasses(int count) {
    return new Model(
        name, width, count, stages, fast, nonLocal, dropout, zeroInitFinalBn, loss, compute);
  }
}

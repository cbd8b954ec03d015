package io.multigrid.networks;

/**
 * Which convolutions a CPU must not compute in bfloat16: oneDNN, as libtorch 2.13 has it, computes
 * them wrongly. They are few and small, and computed in float32 on every CPU, so that no CPU
 * computes another network than the next. See {@code docs/decisions/0306}.
 */
public final class Bfloat16 {
  private static final int WIDE_ENOUGH = 32; // output channels

  private Bfloat16() {}

  /**
   * Whether a convolution of clips of T frames, W pixels wide, is one of these:
   *
   * <ul>
   *   <li>It has fewer than 32 output channels and moves a window wider than a pixel by more than a
   *       pixel, as narrow stems do. With AMX, the gradient of a 1x7x7 weight with at most 16
   *       output channels is written beyond its memory on rows of 157 pixels and more; with 32 it
   *       is right.
   *   <li>Its kernel has more frames than the clips, as the last stages have on coarse grids.
   *       Without AMX, part of its weight's gradient is whatever was in memory before.
   *   <li>It moves by more than a pixel and puts out rows of one pixel, as the last stage does on
   *       coarse grids. With AMX, what it puts out is wrong (pytorch/pytorch#169688).
   * </ul>
   *
   * @param frames T of its input
   * @param width W of its input, pixels
   */
  public static boolean harms(Conv conv, long frames, long width) {
    boolean moves = conv.stride()[2] > 1;
    boolean narrow = conv.out() < WIDE_ENOUGH && conv.kernel()[2] > 1;
    boolean shortClip = frames < conv.kernel()[0];
    return shortClip || (moves && (narrow || conv.window().places(width, 2) == 1));
  }
}

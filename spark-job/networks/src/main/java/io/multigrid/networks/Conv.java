package io.multigrid.networks;

import java.util.OptionalInt;

/**
 * A convolution. Padding keeps the size at stride 1.
 *
 * @param weight index of its parameter, out x in x kernel
 * @param bias index of its bias, if it has one
 * @param kernel frames x height x width
 * @param stride frames x height x width
 */
public record Conv(int weight, OptionalInt bias, int in, int out, long[] kernel, long[] stride) {
  public long[] padding() {
    return new long[] {kernel[0] / 2, kernel[1] / 2, kernel[2] / 2};
  }

  /** The window that it moves over its input. */
  Calculus.Pool window() {
    return new Calculus.Pool(kernel, stride, padding());
  }
}

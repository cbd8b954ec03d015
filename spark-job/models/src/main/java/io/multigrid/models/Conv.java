package io.multigrid.models;

/**
 * A convolution without bias. Padding keeps the size at stride 1.
 *
 * @param weight index of its parameter, out x in x kernel
 */
record Conv(int weight, long[] kernel, long[] stride) {
  long[] padding() {
    return new long[] {kernel[0] / 2, kernel[1] / 2, kernel[2] / 2};
  }

  /**
   * Dilation. A kernel of width 1 is the same at any dilation over the width, but libtorch gives
   * undilated ones of small batches to a slow path, in the backward pass even where the forward
   * pass named oneDNN.
   */
  long[] dilation() {
    return new long[] {1, 1, kernel[2] == 1 ? 2 : 1};
  }
}

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
}

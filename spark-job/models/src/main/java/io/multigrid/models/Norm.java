package io.multigrid.models;

/**
 * A batch normalisation.
 *
 * @param index its number, which is that of its statistics
 * @param gain index of its parameter; the bias follows
 */
record Norm(int index, int gain, int channels) {
  int bias() {
    return gain + 1;
  }
}

package io.multigrid.networks;

/**
 * A batch normalisation.
 *
 * @param index its number, which is that of its statistics
 * @param gain index of its parameter; the bias follows
 */
public record Norm(String name, int index, int gain, int channels) {
  public int bias() {
    return gain + 1;
  }
}

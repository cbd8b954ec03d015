package io.multigrid.networks;

/**
 * A parameter or statistic of a network.
 *
 * @param name PySlowFast's
 * @param kind what it is, which decides its weight decay
 */
public record TensorInfo(String name, long[] shape, Kind kind) {
  /** Weights and biases of convolutions and the head; gains and biases of normalisation. */
  public enum Kind {
    OTHER,
    NORM
  }

  public int count() {
    long count = 1;
    for (long side : shape) {
      count *= side;
    }
    return Math.toIntExact(count);
  }
}

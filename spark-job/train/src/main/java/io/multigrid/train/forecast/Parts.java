package io.multigrid.train.forecast;

/**
 * Seconds, and what they are made of.
 *
 * @param compute steps of an executor, in the mean
 * @param slowest waiting for the executor that is last
 * @param feed waiting for clips, of an executor in the mean
 * @param exchange of weights and gradients, stepping and scheduling, as far as it is not hidden
 *     behind the backward pass
 * @param loss replacing lost executors and computing again what they took with them
 */
public record Parts(double compute, double slowest, double feed, double exchange, double loss) {
  static final Parts NONE = new Parts(0, 0, 0, 0, 0);

  public double seconds() {
    return compute + slowest + feed + exchange + loss;
  }

  Parts plus(Parts other) {
    return new Parts(
        compute + other.compute,
        slowest + other.slowest,
        feed + other.feed,
        exchange + other.exchange,
        loss + other.loss);
  }

  public Parts times(double factor) {
    return new Parts(
        factor * compute, factor * slowest, factor * feed, factor * exchange, factor * loss);
  }

  Parts withLoss(double seconds) {
    return new Parts(compute, slowest, feed, exchange, seconds);
  }
}

package io.multigrid.train.forecast;

import io.multigrid.train.settings.SimulateSettings.Exchange;
import io.multigrid.train.settings.SimulateSettings.Kind;
import java.time.Duration;

/**
 * What the links between executors add to an exchange of weights and gradients; links are full
 * duplex, one an executor, and nothing between them is a bottleneck.
 */
final class Links {
  /** BigDL's {@code bigdl.Parameter.syncPoolSize}: slices that an executor asks for at a time. */
  private static final int AT_A_TIME = 4;

  /** Asking the driver where a slice is, and the executor that has it for its bytes. */
  private static final int MESSAGES = 4;

  private Links() {}

  /**
   * Both kinds move the same bytes over an executor's link, 2 (n - 1) / n times the parameters each
   * way: gradients to sum up, and what came of them back.
   *
   * <p>A ring does so in 2 (n - 1) steps of a message each. With slices an executor asks for n - 1
   * of them twice, some at a time; and the driver answers n (n - 1) questions twice, one after the
   * other.
   *
   * @param bytes of all parameters
   */
  static double seconds(Exchange exchange, int executors, double bytes) {
    int others = executors - 1;
    double latency = seconds(exchange.latency());
    double wire = wire(exchange.bandwidth(), executors, bytes);
    if (exchange.kind() == Kind.RING) {
      return wire + 2 * others * latency;
    }
    int turns = (others + AT_A_TIME - 1) / AT_A_TIME;
    return wire
        + 2 * turns * MESSAGES * latency
        + 2.0 * executors * others * seconds(exchange.lookup());
  }

  /**
   * What the bytes alone took on the links that the step times were measured over; their latency is
   * not known.
   */
  static double measuredSeconds(Exchange exchange, int executors, double bytes) {
    return wire(exchange.measuredBandwidth(), executors, bytes);
  }

  private static double wire(double bandwidth, int executors, double bytes) {
    return bandwidth == 0 ? 0 : 2.0 * (executors - 1) / executors * bytes / bandwidth;
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}

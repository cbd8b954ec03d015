package io.multigrid.train.forecast;

import java.util.OptionalDouble;

/**
 * A simulated plan beside the baseline of the same recipe, on as many executors.
 *
 * @param baseline nothing where it is the plan itself
 */
public record Comparison(Simulation multigrid, Predicted<Simulation> baseline) {
  public int executors() {
    return multigrid.executors();
  }

  /** How many times as long the baseline takes. */
  public OptionalDouble ratio() {
    return baseline.value().stream()
        .mapToDouble(simulation -> simulation.seconds() / multigrid.seconds())
        .findFirst();
  }
}

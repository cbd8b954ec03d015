package io.multigrid.train.forecast;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A simulated plan beside the baseline of the same recipe, on as many executors.
 *
 * @param baseline where its shapes were measured, too, and it is not the plan itself
 */
public record Comparison(Simulation multigrid, Optional<Simulation> baseline) {
  public int executors() {
    return multigrid.executors();
  }

  /** How many times as long the baseline takes. */
  public OptionalDouble ratio() {
    return baseline.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(baseline.get().seconds() / multigrid.seconds());
  }
}

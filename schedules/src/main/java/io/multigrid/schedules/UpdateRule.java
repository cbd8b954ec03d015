package io.multigrid.schedules;

import io.multigrid.config.Section;
import java.io.Serializable;

/**
 * How a gradient changes the parameters: the constants of stochastic gradient descent.
 *
 * @param clipNorm greatest L2 norm of the loss's gradient; infinite without
 * @param clipValue greatest magnitude of each of its values; infinite without
 */
public record UpdateRule(
    double momentum,
    boolean nesterov,
    double weightDecay,
    double bnWeightDecay,
    double clipNorm,
    double clipValue)
    implements Serializable {

  static UpdateRule read(Section solver) {
    double momentum = solver.number("momentum");
    if (!(momentum >= 0 && momentum < 1)) {
      solver.problem("momentum", "must be at least 0 and below 1", "0.9 is usual");
    }
    return new UpdateRule(
        momentum,
        // Without momentum, Nesterov's step is the plain one.
        solver.flag("nesterov") && momentum > 0,
        solver.naturalNumber("weight-decay"),
        solver.naturalNumber("bn-weight-decay"),
        limit(solver, "clip-gradient-norm"),
        limit(solver, "clip-gradient-value"));
  }

  /** 0 stands for none. */
  private static double limit(Section solver, String key) {
    double value = solver.naturalNumber(key);
    return value == 0 ? Double.POSITIVE_INFINITY : value;
  }
}

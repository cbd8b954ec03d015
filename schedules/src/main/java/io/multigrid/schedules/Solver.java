package io.multigrid.schedules;

import java.io.Serializable;
import java.util.List;

/**
 * The baseline's learning-rate schedule, in epochs, and SGD's constants.
 *
 * @param learningRate base rate, of the recipe's batch at the finest grid
 * @param clipNorm greatest L2 norm of the loss's gradient; infinite without
 * @param clipValue greatest magnitude of each of its values; infinite without
 * @param steps epochs at which the rate falls by {@code gamma}; the first is 0
 */
public record Solver(
    double learningRate,
    Policy policy,
    List<Integer> steps,
    double gamma,
    int epochs,
    double warmupEpochs,
    double warmupStart,
    double momentum,
    boolean nesterov,
    double weightDecay,
    double bnWeightDecay,
    double clipNorm,
    double clipValue)
    implements Serializable {
  /** How the rate falls. */
  public enum Policy {
    STEPS,
    COSINE
  }
}

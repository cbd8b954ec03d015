package io.multigrid.schedules;

import java.io.Serializable;
import java.util.List;

/**
 * The learning rate as a function of the (fractional) epoch: steps or a half cosine, after a linear
 * warm-up to the value that the schedule has at the warm-up's end.
 *
 * @param starts epochs at which {@code factors} of the base rate begin to hold
 */
record LearningRate(Solver solver, int epochs, List<Integer> starts, List<Double> factors)
    implements Serializable {
  double at(double epoch) {
    double warmup = solver.warmupEpochs();
    if (epoch < warmup) {
      double slope = (scheduled(warmup) - solver.warmupStart()) / warmup;
      return epoch * slope + solver.warmupStart();
    }
    return scheduled(epoch);
  }

  /** The rate without warm-up. */
  double scheduledAt(double epoch) {
    return scheduled(epoch);
  }

  private double scheduled(double epoch) {
    if (solver.policy() == Solver.Policy.COSINE) {
      return solver.learningRate() * (Math.cos(Math.PI * epoch / epochs) + 1) * 0.5;
    }
    int i = 0;
    while (i + 1 < starts.size() && epoch >= starts.get(i + 1)) {
      i++;
    }
    return factors.get(i) * solver.learningRate();
  }
}

package io.multigrid.schedules;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The learning rate as a function of the (fractional) epoch: steps or a half cosine, after a linear
 * warm-up to the value that the schedule has at the warm-up's end.
 *
 * <pre>
 * steps:   rate x gamma^step x b, b the batch factor of the long cycle (linear scaling: section 3.2)
 * cosine:  rate x (cos(pi e / E) + 1) / 2, whatever b, as in the authors' code
 * warm-up: start + e (schedule(W) - start) / W, for e below W
 * </pre>
 *
 * @param starts epochs at which {@code factors} of the base rate begin to hold
 */
record LearningRate(Solver solver, int epochs, List<Integer> starts, List<Double> factors)
    implements Serializable {
  /**
   * The rate of a schedule of phases. In fine-tuning its first half keeps the rate of the phase
   * before, as in the authors' code.
   */
  static LearningRate of(Recipe recipe, List<LongCycle.Phase> phases) {
    List<Integer> starts = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    int start = 0;
    for (LongCycle.Phase phase : phases) {
      starts.add(start);
      factors.add(Math.pow(recipe.solver().gamma(), phase.step()) * phase.batchFactor());
      start = phase.endEpoch();
    }
    int last = phases.size() - 1;
    if (recipe.cycles().longCycle() && last > 0) {
      starts.add((starts.get(last) + start) / 2);
      factors.add(factors.get(last));
      factors.set(last, factors.get(last - 1));
    }
    return new LearningRate(recipe.solver(), start, List.copyOf(starts), List.copyOf(factors));
  }

  double at(double epoch) {
    Solver.Warmup warmup = solver.warmup();
    if (epoch < warmup.epochs()) {
      double slope = (scheduledAt(warmup.epochs()) - warmup.start()) / warmup.epochs();
      return epoch * slope + warmup.start();
    }
    return scheduledAt(epoch);
  }

  /** The rate without warm-up. */
  double scheduledAt(double epoch) {
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

package io.multigrid.train.checkpoint;

import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Stage;

/**
 * Where a run stands in its data, in terms that another plan has, too.
 *
 * @param epochs that are done
 * @param done iterations of the next epoch that are done
 * @param of iterations that it has
 * @param clips of the stream of clips that were seen; negative if that is not known
 */
public record Position(int epochs, long done, long of, long clips) {
  /** After so many iterations of a plan. */
  public static Position after(Plan plan, long iterations) {
    if (iterations == plan.iterations()) {
      return new Position(plan.epochs(), 0, 1, plan.clips());
    }
    Iteration next = plan.iteration(iterations);
    long of = plan.stages().get(next.stage()).iterationsPerEpoch();
    return new Position(next.epoch(), next.iterationInEpoch(), of, next.firstClip());
  }

  /** Whether a plan has this place. */
  boolean within(Plan plan) {
    return epochs < plan.epochs() || epochs == plan.epochs() && done == 0;
  }

  /** Iterations of a plan that come before this place: to the nearest within the same epoch. */
  public long iterations(Plan plan) {
    for (Stage stage : plan.stages()) {
      if (epochs < stage.endEpoch()) {
        long perEpoch = stage.iterationsPerEpoch();
        return stage.firstIteration()
            + (epochs - stage.firstEpoch()) * perEpoch
            + Math.round((double) done / of * perEpoch);
      }
    }
    return plan.iterations();
  }
}

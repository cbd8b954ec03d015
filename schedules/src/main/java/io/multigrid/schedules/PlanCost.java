package io.multigrid.schedules;

import io.multigrid.networks.Cost;
import io.multigrid.networks.Footprint;
import java.util.function.ToDoubleBiFunction;

/** What a plan costs: pixels, multiplications, memory. */
final class PlanCost {
  private PlanCost() {}

  /** Sum over iterations of clips x T x S x S. */
  static double pixels(Plan plan) {
    return sum(plan, (stage, shape) -> (double) stage.frames() * shape.crop() * shape.crop());
  }

  /** Of all forward passes of the run. */
  static double multiplyAdds(Plan plan) {
    return sum(
        plan,
        (stage, shape) ->
            Cost.of(plan.recipe().model(), stage.frames(), shape.crop()).multiplyAdds());
  }

  /** Sum of something of a clip over all clips of the run. */
  private static double sum(Plan plan, ToDoubleBiFunction<Stage, ShortShape> ofClip) {
    double sum = 0;
    for (Stage stage : plan.stages()) {
      for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
        ShortShape shape = stage.shortCycle().get(turn);
        double clips = (double) stage.iterations(turn) * shape.batch();
        sum += clips * ofClip.applyAsDouble(stage, shape);
      }
    }
    return sum;
  }

  /** Clips that a network computes at once. */
  static int clipsAtOnce(Recipe recipe, Stage stage, ShortShape shape) {
    return shape.batch() / recipe.workers() * stage.batchNorm().syncWorkers();
  }

  /** Peak memory of a step at a shape, beside parameters and their gradients. */
  static long stepBytes(Recipe recipe, Stage stage, ShortShape shape) {
    return new Footprint(recipe.model(), clipsAtOnce(recipe, stage, shape))
        .step(stage.frames(), shape.crop());
  }
}

package io.multigrid.train;

import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import java.util.HashMap;
import java.util.Map;

/**
 * The time that is left, from the shapes that are still to come: a shape that has run counts with
 * its mean time, one that has not with the mean time of a pixel so far.
 */
final class Eta {
  /**
   * The first iteration of a shape pays for compilation and memory; it is counted only while alone.
   */
  private static final class Cost {
    double seconds;
    long iterations;
  }

  private record Shape(int batch, int frames, int crop) {
    double pixels() {
      return (double) batch * frames * crop * crop;
    }
  }

  private final Map<Shape, Cost> costs = new HashMap<>();
  private final Map<Shape, Long> left = new HashMap<>();
  private double seconds;
  private double pixels;

  Eta(Plan plan) {
    for (Stage stage : plan.stages()) {
      for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
        ShortShape shape = stage.shortCycle().get(turn);
        left.merge(
            new Shape(shape.batch(), stage.frames(), shape.crop()),
            stage.iterations(turn),
            Long::sum);
      }
    }
  }

  /** An iteration that ran before, in another process. */
  void skip(Iteration iteration) {
    left.merge(new Shape(iteration.batch(), iteration.frames(), iteration.crop()), -1L, Long::sum);
  }

  void done(Iteration iteration, double took) {
    Shape shape = new Shape(iteration.batch(), iteration.frames(), iteration.crop());
    Cost cost = costs.computeIfAbsent(shape, s -> new Cost());
    if (cost.iterations == 1) {
      cost.seconds = took;
    } else {
      cost.seconds += (took - cost.seconds) / Math.max(1, Math.min(cost.iterations, 50));
    }
    cost.iterations++;
    seconds += took;
    pixels += shape.pixels();
    left.merge(shape, -1L, Long::sum);
  }

  double secondsLeft() {
    double sum = 0;
    for (Map.Entry<Shape, Long> entry : left.entrySet()) {
      Cost cost = costs.get(entry.getKey());
      double each =
          cost != null ? cost.seconds : entry.getKey().pixels() * seconds / Math.max(pixels, 1);
      sum += Math.max(entry.getValue(), 0) * each;
    }
    return sum;
  }
}

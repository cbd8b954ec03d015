package io.multigrid.train.metrics;

import io.multigrid.networks.Cost;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * The time that is left, from the shapes that are still to come: a shape that has run counts with
 * the median of its latest times, one that has not (or only with its first iterations, which pay
 * for compilation and memory) with its multiply-adds and the median time of one lately.
 */
final class Eta {
  /** Of a shape. */
  private static final int LATEST_TIMES = 10;

  /** Of all shapes. */
  private static final int LATEST_RATES = 30;

  private static final int ENOUGH = 3;

  private record Shape(int batch, int frames, int crop) {}

  private final Plan plan;
  private final Map<Shape, Deque<Double>> times = new HashMap<>();
  private final Deque<Double> rates = new ArrayDeque<>();
  private final Map<Shape, Long> left = new HashMap<>();
  private final Map<Shape, Double> multiplyAdds = new HashMap<>();

  Eta(Plan plan) {
    this.plan = plan;
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
    left.merge(shape(iteration), -1L, Long::sum);
  }

  void done(Iteration iteration, double seconds) {
    Shape shape = shape(iteration);
    add(times.computeIfAbsent(shape, s -> new ArrayDeque<>()), seconds, LATEST_TIMES);
    add(rates, seconds / multiplyAdds(shape), LATEST_RATES);
    left.merge(shape, -1L, Long::sum);
  }

  double secondsLeft() {
    double sum = 0;
    for (Map.Entry<Shape, Long> entry : left.entrySet()) {
      if (entry.getValue() > 0) {
        sum += entry.getValue() * seconds(entry.getKey());
      }
    }
    return sum;
  }

  private double seconds(Shape shape) {
    Deque<Double> own = times.get(shape);
    return own != null && own.size() >= ENOUGH ? median(own) : multiplyAdds(shape) * median(rates);
  }

  private double multiplyAdds(Shape shape) {
    return multiplyAdds.computeIfAbsent(
        shape,
        s -> (double) s.batch * Cost.of(plan.recipe().model(), s.frames, s.crop).multiplyAdds());
  }

  private static Shape shape(Iteration iteration) {
    return new Shape(iteration.batch(), iteration.frames(), iteration.crop());
  }

  private static void add(Deque<Double> latest, double value, int most) {
    latest.add(value);
    if (latest.size() > most) {
      latest.remove();
    }
  }

  /** 0 of nothing. */
  private static double median(Deque<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }
}

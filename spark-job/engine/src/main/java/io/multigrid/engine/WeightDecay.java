package io.multigrid.engine;

import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The penalty rate / 2 x w^2 of every parameter, whose gradient is added to that of the loss.
 *
 * @param runs of parameters that have the same rate, one after the other; none: no decay
 */
public record WeightDecay(List<Run> runs) implements Serializable {
  public static final WeightDecay NONE = new WeightDecay(List.of());

  /**
   * @param end the parameter after the last one
   */
  public record Run(int end, float rate) implements Serializable {}

  public WeightDecay {
    runs = List.copyOf(runs);
    int before = 0;
    for (Run run : runs) {
      if (run.end <= before || !(run.rate >= 0)) {
        throw new EngineException(
            "weight decay of %s to parameter %s after %s: ends must ascend and rates not be negative"
                .formatted(run.rate, run.end, before));
      }
      before = run.end;
    }
  }

  /** Parameters that have a rate. */
  int parameters() {
    return runs.isEmpty() ? 0 : runs.get(runs.size() - 1).end;
  }

  /**
   * Adds the penalty's gradient of a share of the parameters.
   *
   * @param first of the share
   */
  void add(int first, FloatBuffer weights, FloatBuffer gradient) {
    int i = 0;
    for (Run run : runs) {
      int end = Math.min(run.end - first, weights.limit());
      for (; i < end; i++) {
        gradient.put(i, gradient.get(i) + run.rate * weights.get(i));
      }
    }
  }
}

package io.multigrid.schedules;

import io.multigrid.config.Section;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The long and the short cycle: the settings {@code cycles}.
 *
 * @param epochFactor epochs of the multigrid schedule in those of the baseline
 * @param bnGroup clips that batch normalisation sees together
 */
public record Cycles(
    boolean longCycle,
    boolean shortCycle,
    double epochFactor,
    int bnGroup,
    List<LongFactor> longFactors,
    List<Double> shortFactors)
    implements Serializable {
  /** Factors of T and S of a stage of the long cycle. */
  public record LongFactor(double frames, double crop) implements Serializable {}

  static Cycles read(Section cycles) {
    List<Double> shortFactors = cycles.numbers("short-factors");
    if (!shortFactors.stream().allMatch(Cycles::factor)) {
      cycles.problem(
          "short-factors", "must be above 0 and at most 1", "the paper's are [0.5, 0.7071]");
    }
    return new Cycles(
        cycles.flag("long"),
        cycles.flag("short"),
        cycles.positiveNumber("epoch-factor"),
        cycles.positive("bn-group"),
        longFactors(cycles),
        List.copyOf(shortFactors));
  }

  private static List<LongFactor> longFactors(Section cycles) {
    List<LongFactor> factors = new ArrayList<>();
    for (List<Double> pair : cycles.lists("long-factors")) {
      if (pair.size() != 2 || !factor(pair.get(0)) || !factor(pair.get(1))) {
        cycles.problem(
            "long-factors",
            "every entry must be [frames, crop], each above 0 and at most 1",
            "the paper's are [0.25, 0.7071], [0.5, 0.7071], [0.5, 1], [1, 1]");
        return List.of(new LongFactor(1, 1));
      }
      factors.add(new LongFactor(pair.get(0), pair.get(1)));
    }
    if (factors.isEmpty()) {
      cycles.problem("long-factors", "must have at least one entry", "[1, 1] is the finest grid");
      return List.of(new LongFactor(1, 1));
    }
    return List.copyOf(factors);
  }

  private static boolean factor(double value) {
    return value > 0 && value <= 1;
  }

  /** The finest shape throughout. */
  Cycles off() {
    return new Cycles(false, false, epochFactor, bnGroup, longFactors, shortFactors);
  }
}

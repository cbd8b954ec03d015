package io.multigrid.schedules;

import io.multigrid.config.Section;
import java.io.Serializable;
import java.util.List;

/**
 * The baseline's learning-rate schedule, in epochs, and SGD's constants: the settings {@code
 * solver}.
 *
 * @param learningRate base rate, of the recipe's batch at the finest grid
 * @param steps epochs at which the rate falls by {@code gamma}; the first is 0
 */
public record Solver(
    double learningRate,
    Policy policy,
    List<Integer> steps,
    double gamma,
    int epochs,
    Warmup warmup,
    UpdateRule update)
    implements Serializable {
  /** How the rate falls. */
  public enum Policy {
    STEPS,
    COSINE
  }

  /** A linear climb, of so many epochs, from a rate to what the schedule has then. */
  public record Warmup(double epochs, double start) implements Serializable {}

  /** The epoch at which the last step begins. */
  int lastStep() {
    return steps.get(steps.size() - 1);
  }

  static Solver read(Section solver) {
    int epochs = solver.positive("epochs");
    Policy policy = solver.choice("policy", Policy.STEPS);
    double warmup = solver.number("warmup-epochs");
    if (warmup < 0 || solver.sound("epochs", "warmup-epochs") && warmup > epochs) {
      solver.problem(
          "warmup-epochs",
          "must be 0 to " + solver.named("epochs", epochs),
          "shorten the warm-up, or set it to 0");
    }
    return new Solver(
        solver.positiveNumber("learning-rate"),
        policy,
        steps(solver, policy, epochs),
        solver.positiveNumber("gamma"),
        epochs,
        new Warmup(warmup, solver.naturalNumber("warmup-start")),
        UpdateRule.read(solver));
  }

  private static List<Integer> steps(Section solver, Policy policy, int epochs) {
    List<Integer> steps = solver.integers("steps", List.of(0));
    if (steps.isEmpty()) {
      // A cosine has no steps: its long cycle turns once, before no fine-tuning step.
      if (policy == Policy.STEPS && solver.sound("policy")) {
        solver.problem("steps", "must not be empty", "[0] is a constant rate");
      }
      return List.of(0);
    }
    if (steps.get(0) != 0) {
      solver.problem(
          "steps",
          "must begin with 0, or the epochs before " + steps.get(0) + " have no rate",
          "put a 0 first");
    }
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i) <= steps.get(i - 1)) {
        solver.problem("steps", "must ascend", "sort them and leave out repetitions");
        break;
      }
    }
    int last = steps.get(steps.size() - 1);
    if (solver.sound("epochs", "steps") && last > epochs) {
      solver.problem(
          "epochs",
          "must not be below the last of solver.steps, " + last,
          "train longer, or give solver.steps that end before");
    }
    return List.copyOf(steps);
  }
}

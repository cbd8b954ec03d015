package io.multigrid.train.forecast;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What was measured on a number of executors.
 *
 * @param exchangeSeconds what an iteration takes beside its steps: moving weights and gradients,
 *     stepping, scheduling
 */
public record StepTimes(int executors, double exchangeSeconds, List<Step> steps) {
  public StepTimes {
    steps = List.copyOf(steps);
  }

  /**
   * The gradient of one batch on one executor: the clips of a worker, or of the workers that share
   * batch normalisation.
   *
   * @param crop pixels
   * @param seconds while every executor computes
   * @param decodeSeconds that threads spend on making these clips, all together; 0 if not known
   * @param storageBytes that are read for these clips; 0 if not known
   */
  public record Step(
      int clips, int frames, int crop, double seconds, double decodeSeconds, double storageBytes) {
    String shape() {
      return clips + " x " + frames + " x " + crop + "^2";
    }

    /** The same for another number of clips, taken to be proportional. */
    Step of(int otherClips) {
      double factor = (double) otherClips / clips;
      return new Step(
          otherClips,
          frames,
          crop,
          factor * seconds,
          factor * decodeSeconds,
          factor * storageBytes);
    }
  }

  /** The step of these frames and crop whose number of clips is nearest, by ratio. */
  Optional<Step> nearest(int clips, int frames, int crop) {
    return steps.stream()
        .filter(step -> step.frames == frames && step.crop == crop)
        .min(Comparator.comparingDouble(s -> Math.abs(Math.log((double) s.clips / clips))));
  }

  /** What was measured on as many executors; else on the most below, else on the fewest above. */
  public static StepTimes nearest(List<StepTimes> times, int executors) {
    return times.stream()
        .filter(t -> t.executors <= executors)
        .max(Comparator.comparingInt(StepTimes::executors))
        .or(() -> times.stream().min(Comparator.comparingInt(StepTimes::executors)))
        .orElseThrow();
  }
}

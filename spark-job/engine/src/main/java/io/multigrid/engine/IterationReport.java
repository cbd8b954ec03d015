package io.multigrid.engine;

/**
 * What one iteration did, over all executors.
 *
 * @param loss mean over workers of the mean loss of their clips, at the weights before the step
 * @param correct clips whose highest score is the right class
 * @param seconds wall-clock time, the listener's not included
 * @param waitSeconds time that the slowest executor waited for clips
 * @param computeSeconds time that the slowest executor spent on its gradient
 * @param syncSeconds the rest: moving weights and gradients, stepping, scheduling
 */
public record IterationReport(
    long iteration,
    double loss,
    long correct,
    long clips,
    double seconds,
    double waitSeconds,
    double computeSeconds,
    double syncSeconds) {
  /**
   * @param work summed over all executors
   */
  public static IterationReport of(long iteration, int workers, WorkResult work, double seconds) {
    return new IterationReport(
        iteration,
        work.lossSum() / workers,
        work.correct(),
        work.clips(),
        seconds,
        work.waitSeconds(),
        work.computeSeconds(),
        Math.max(0, seconds - work.waitSeconds() - work.computeSeconds()));
  }
}

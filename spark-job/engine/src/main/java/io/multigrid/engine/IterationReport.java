package io.multigrid.engine;

import java.util.List;

/**
 * What one iteration did, over all executors.
 *
 * @param loss mean over workers of the mean loss of their clips, at the weights before the step
 * @param correct clips whose highest score is the right class
 * @param times where its time went
 * @param notes of all replicas
 */
public record IterationReport(
    long iteration, double loss, long correct, long clips, Times times, List<Note> notes) {

  /**
   * Where the time of an iteration went.
   *
   * @param seconds wall-clock time, the listener's not included
   * @param waitSeconds time that the slowest executor waited for clips
   * @param computeSeconds time that the slowest executor spent on its gradient
   * @param syncSeconds time that executors spent on moving weights and gradients, and on stepping
   * @param schedulingSeconds the rest: time in which no executor had anything to do
   * @param decodeSeconds time that all executors' threads spent on reading and decoding clips
   *     beside that
   */
  public record Times(
      double seconds,
      double waitSeconds,
      double computeSeconds,
      double syncSeconds,
      double schedulingSeconds,
      double decodeSeconds) {
    private static Times of(WorkResult work, double seconds, double idle) {
      double sync = Math.max(0, seconds - idle - work.waitSeconds() - work.computeSeconds());
      return new Times(
          seconds, work.waitSeconds(), work.computeSeconds(), sync, idle, work.decodeSeconds());
    }
  }

  /**
   * @param work summed over all executors
   * @param schedulingSeconds of {@code seconds}, those in which executors were idle
   */
  public static IterationReport of(
      long iteration, int workers, WorkResult work, double seconds, double schedulingSeconds) {
    return new IterationReport(
        iteration,
        work.lossSum() / workers,
        work.correct(),
        work.clips(),
        Times.of(work, seconds, Math.max(0, schedulingSeconds)),
        work.notes());
  }

  /** Wall-clock time, the listener's not included. */
  public double seconds() {
    return times.seconds();
  }
}

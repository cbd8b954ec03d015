package io.multigrid.train.report;

import java.util.DoubleSummaryStatistics;

/** A stage of a run: its iterations, and the values that the short cycle or warm-up gives. */
final class Stage {
  final DoubleSummaryStatistics batch = new DoubleSummaryStatistics();
  final DoubleSummaryStatistics frames = new DoubleSummaryStatistics();
  final DoubleSummaryStatistics crop = new DoubleSummaryStatistics();
  final DoubleSummaryStatistics rate = new DoubleSummaryStatistics();
  private final int number;
  private final long first;

  /**
   * @param number the stage's
   * @param first iterations of the run that are before it
   */
  Stage(int number, long first) {
    this.number = number;
    this.first = first;
  }

  int number() {
    return number;
  }

  long first() {
    return first;
  }

  /** Iterations of the run up to its end. */
  long end() {
    return first + batch.getCount();
  }

  void add(Step step) {
    batch.accept(step.shape().batch());
    frames.accept(step.shape().frames());
    crop.accept(step.shape().crop());
    rate.accept(step.rate());
  }
}

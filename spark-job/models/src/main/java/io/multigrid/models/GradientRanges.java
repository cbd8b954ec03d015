package io.multigrid.models;

/**
 * Hears of parts of the flat gradient that a step adds nothing more to, while it still computes
 * others. Together they are the whole.
 */
@FunctionalInterface
public interface GradientRanges {
  /** For who waits for the step's end. */
  GradientRanges NONE = (first, end) -> {};

  /**
   * Gradients {@code first <= i < end} are there. By one thread at a time, not always that of the
   * step.
   */
  void ready(int first, int end);
}

package io.multigrid.engine;

/**
 * Hears of values of the gradient that are final while others are still being computed, so that an
 * engine can exchange them meanwhile. Ranges do not overlap, and make up the whole gradient when
 * its computation returns. All executors tell the same ranges in the same order.
 */
@FunctionalInterface
public interface GradientListener {
  /** For engines that take the gradient when all of it is there. */
  GradientListener NONE = (first, end) -> {};

  /**
   * Values {@code first <= i < end} are final; the replica does not touch them any more in this
   * iteration. Called by one thread at a time, not always the same one.
   */
  void ready(int first, int end);
}

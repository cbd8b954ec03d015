package io.multigrid.train.run;

import java.util.Optional;

/**
 * Recognises a loss that no training comes back from: not a number, or far above that of guessing
 * for several iterations on end.
 *
 * @see #after
 */
final class Divergence {
  private final double limit;
  private final int patience;
  private int above;

  /**
   * @param classes a network that guesses among them has a loss of ln(classes)
   * @param factor how many times that is too much; 0 for no limit
   * @param patience iterations on end that must be above
   */
  Divergence(int classes, double factor, int patience) {
    this.limit = factor == 0 ? Double.POSITIVE_INFINITY : factor * Math.log(classes);
    this.patience = patience;
  }

  /** What is wrong after another iteration, if anything is. */
  Optional<String> after(double loss) {
    if (!Double.isFinite(loss)) {
      return Optional.of("the loss is " + loss);
    }
    above = loss > limit ? above + 1 : 0;
    return above >= patience
        ? Optional.of(
            "the loss was above %.1f for %d iterations on end, and is %.1f"
                .formatted(limit, above, loss))
        : Optional.empty();
  }
}

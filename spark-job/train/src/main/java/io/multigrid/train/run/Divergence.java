package io.multigrid.train.run;

import io.multigrid.networks.Model;
import java.util.Locale;
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
   * @param guessing loss of a network that guesses
   * @param factor how many times that is too much; 0 for no limit
   * @param patience iterations on end that must be above
   */
  Divergence(double guessing, double factor, int patience) {
    this.limit = factor == 0 ? Double.POSITIVE_INFINITY : factor * guessing;
    this.patience = patience;
  }

  /**
   * The loss of a network that holds every answer for equally likely: ln(classes) with softmax, and
   * ln(2), which is that of one yes or no, with sigmoid, whose loss is a mean over classes.
   */
  static double guessing(Model model) {
    return switch (model.loss().kind()) {
      case SOFTMAX -> Math.log(model.classes());
      case SIGMOID -> Math.log(2);
    };
  }

  /** What is wrong after another iteration, if anything is. */
  Optional<String> after(double loss) {
    if (!Double.isFinite(loss)) {
      return Optional.of("the loss is " + loss);
    }
    above = loss > limit ? above + 1 : 0;
    return above >= patience
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "the loss was above %.1f for %d iterations on end, and is %.1f",
                limit,
                above,
                loss))
        : Optional.empty();
  }
}

package io.multigrid.train.settings;

import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import java.util.List;

/**
 * When training stops as it does not learn: the settings {@code divergence}.
 *
 * @param factor times the loss of guessing that a loss may not be above; 0 for no limit
 * @param iterations for so many iterations on end
 */
public record DivergenceSettings(double factor, int iterations) {
  static DivergenceSettings read(Settings settings, List<Problem> problems) {
    Section divergence = settings.section("divergence", problems);
    return new DivergenceSettings(
        divergence.naturalNumber("factor"), divergence.positive("iterations"));
  }
}

package io.multigrid.train.settings;

import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import java.util.List;
import java.util.Optional;

/**
 * What training starts from: the settings {@code initial}.
 *
 * @param weights URI of a file; empty for drawn weights
 * @param partial whether the network may have parameters that the file has not
 */
public record InitialSettings(Optional<String> weights, boolean partial) {
  static InitialSettings read(Settings settings, List<Problem> problems) {
    Section initial = settings.section("initial", problems);
    return new InitialSettings(initial.optionalText("weights"), initial.flag("partial"));
  }
}

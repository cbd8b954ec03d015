package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import java.util.ArrayList;
import java.util.List;

/** How many videos of a class the quickstart renders: the settings {@code quickstart}. */
public record QuickstartSettings(int trainVideos, int validationVideos) {
  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static QuickstartSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    Section quickstart = settings.section("quickstart", problems);
    QuickstartSettings read =
        new QuickstartSettings(
            quickstart.positive("train-videos"), quickstart.positive("validation-videos"));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return read;
  }
}

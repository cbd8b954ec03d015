package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Recorded;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;

/**
 * What a run is told: the parts that it computes with, and all settings as they are recorded with
 * what it writes.
 */
public record RunSettings(Recorded recorded, Recipe recipe, TrainSettings train) {
  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static RunSettings from(Settings settings) {
    return new RunSettings(
        settings.recorded(), Recipe.from(settings), TrainSettings.from(settings));
  }

  public RunSettings with(TrainSettings other) {
    return new RunSettings(recorded, recipe, other);
  }
}

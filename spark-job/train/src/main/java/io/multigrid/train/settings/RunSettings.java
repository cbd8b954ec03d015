package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Recorded;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run is told: the parts that it computes with, and all settings as they are recorded with
 * what it writes.
 */
public record RunSettings(Recorded recorded, Recipe recipe, TrainSettings train) {
  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static RunSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    Optional<Recipe> recipe = ConfigurationException.collect(problems, () -> Recipe.from(settings));
    Optional<TrainSettings> train =
        ConfigurationException.collect(problems, () -> TrainSettings.from(settings));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new RunSettings(settings.recorded(), recipe.orElseThrow(), train.orElseThrow());
  }

  public RunSettings with(TrainSettings other) {
    return new RunSettings(recorded, recipe, other);
  }
}

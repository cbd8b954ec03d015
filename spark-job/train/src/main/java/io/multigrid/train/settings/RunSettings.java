package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Recorded;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

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
    Optional<Recipe> recipe = read(() -> Recipe.from(settings), problems);
    Optional<TrainSettings> train = read(() -> TrainSettings.from(settings), problems);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new RunSettings(settings.recorded(), recipe.orElseThrow(), train.orElseThrow());
  }

  /** Problems of one part do not hide those of another. */
  private static <X> Optional<X> read(Supplier<X> part, List<Problem> problems) {
    try {
      return Optional.of(part.get());
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
      return Optional.empty();
    }
  }

  public RunSettings with(TrainSettings other) {
    return new RunSettings(recorded, recipe, other);
  }
}

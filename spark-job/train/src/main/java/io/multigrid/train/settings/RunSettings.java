package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Recorded;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run is told: the parts that it computes with, and all settings as they are recorded with
 * what it writes.
 */
public record RunSettings(Recorded recorded, Recipe recipe, TrainSettings train) {
  /** What decides how many executors there is work for. */
  private static final String[] GROUPED = {
    "engine.executors", "workers", "batch", "clip", "cycles", "solver"
  };

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

  /**
   * The same for training, where the workers of a group stay on one executor.
   *
   * @throws ConfigurationException as {@link #from}, and if there are too many executors
   */
  public static RunSettings forTraining(Settings settings) {
    RunSettings run = from(settings);
    List<Problem> problems = new ArrayList<>();
    int workers = run.recipe.workers();
    int group = Plan.of(run.recipe, 1).workersPerGroup();
    if (settings.section("", problems).sound(GROUPED) && run.train.executors() > workers / group) {
      settings
          .section("engine", problems)
          .problem(
              "executors",
              "must be at most %s, as %s workers in groups of %s stay together"
                  .formatted(workers / group, workers, group),
              "take fewer executors or more workers");
      throw new ConfigurationException(problems);
    }
    return run;
  }

  public RunSettings with(TrainSettings other) {
    return new RunSettings(recorded, recipe, other);
  }
}

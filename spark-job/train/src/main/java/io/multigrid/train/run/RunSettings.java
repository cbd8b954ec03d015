package io.multigrid.train.run;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.checkpoint.InitialWeights;
import io.multigrid.train.settings.TrainSettings;

/**
 * What a run is told: the parts that it computes with, and all settings as they are recorded with
 * what it writes.
 */
record RunSettings(Settings all, Recipe recipe, TrainSettings train, InitialWeights initial) {
  static RunSettings from(Settings settings) {
    return new RunSettings(
        settings,
        Recipe.from(settings),
        TrainSettings.from(settings),
        InitialWeights.from(settings));
  }
}

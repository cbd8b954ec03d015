package io.multigrid.train.run;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.checkpoint.InitialWeights;
import io.multigrid.train.cluster.Threads;
import io.multigrid.train.settings.TrainSettings;
import org.apache.spark.SparkConf;

/**
 * What a run is told: the parts that it computes with, and all settings as they are recorded with
 * what it writes.
 */
record RunSettings(Settings all, Recipe recipe, TrainSettings train, InitialWeights initial) {
  /**
   * @param spark that it runs on
   */
  static RunSettings from(Settings settings, SparkConf spark) {
    return new RunSettings(
        settings,
        Recipe.from(settings),
        Threads.known(TrainSettings.from(settings), spark),
        InitialWeights.from(settings));
  }
}

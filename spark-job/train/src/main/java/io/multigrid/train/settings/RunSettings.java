package io.multigrid.train.run;

import io.multigrid.config.Recorded;
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
record RunSettings(Recorded recorded, Recipe recipe, TrainSettings train) {
  InitialWeights initial() {
    return new InitialWeights(train.initial());
  }

  /**
   * @param spark that it runs on
   */
  static RunSettings from(Settings settings, SparkConf spark) {
    return new RunSettings(
        settings.recorded(),
        Recipe.from(settings),
        Threads.known(TrainSettings.from(settings), spark));
  }
}

package io.multigrid.train.cli;

import io.multigrid.config.Settings;
import io.multigrid.shard.Dataset;

/** {@code model.classes = 0} stands for as many classes as the data set has. */
final class Classes {
  private static final int ASSUMED = 1000;

  private Classes() {}

  static Settings from(Settings settings, Dataset data) {
    return settings.integer("model.classes") == 0
        ? settings.with("model.classes", data.classes().size())
        : settings;
  }

  /** Before there are data: as many classes as a large data set has. */
  static Settings assumed(Settings settings) {
    return settings.integer("model.classes") == 0
        ? settings.with("model.classes", ASSUMED)
        : settings;
  }
}

package io.multigrid.prep;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** What preparation needs to know. */
public record PrepSettings(
    List<StoredGrid> grids,
    String codec,
    int quality,
    double validationShare,
    double maxQuarantine,
    int videosPerShard,
    double timeLimitSeconds)
    implements Serializable {

  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static PrepSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    int quality = settings.integer("prep.quality");
    if (quality < 1 || quality > 100) {
      problems.add(settings.problem("prep.quality", "must be 1 to 100", "90 is the default"));
    }
    for (String key : List.of("prep.validation-share", "prep.max-quarantine")) {
      double share = settings.number(key);
      if (!(share >= 0 && share <= 1)) {
        problems.add(settings.problem(key, "must be a share, 0 to 1", ""));
      }
    }
    if (settings.integer("prep.videos-per-shard") < 1) {
      problems.add(settings.problem("prep.videos-per-shard", "must be at least 1", ""));
    }
    if (!(settings.number("prep.time-limit-seconds") > 0)) {
      problems.add(settings.problem("prep.time-limit-seconds", "must be above 0", ""));
    }
    Recipe recipe = Recipe.from(settings);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new PrepSettings(
        Grids.stored(recipe),
        settings.text("prep.codec"),
        quality,
        settings.number("prep.validation-share"),
        settings.number("prep.max-quarantine"),
        settings.integer("prep.videos-per-shard"),
        settings.number("prep.time-limit-seconds"));
  }
}

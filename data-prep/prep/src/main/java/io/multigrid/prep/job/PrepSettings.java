package io.multigrid.prep.job;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardException;
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
    double timeLimitSeconds,
    boolean retryQuarantined,
    boolean refuseSameContent,
    double keepRevisionsHours,
    double orphanGraceHours)
    implements Serializable {
  private static final String REPORT = "report";
  private static final String REFUSE = "refuse";

  /** What decides how a stored frame looks: records of the same text can stand side by side. */
  String fingerprint() {
    return fingerprint(codec, quality, grids);
  }

  /** That of a committed data set. */
  static String fingerprint(Manifest manifest) {
    return fingerprint(
        manifest.codec(),
        manifest.quality(),
        manifest.grids().stream().map(Manifest.Grid::stored).toList());
  }

  private static String fingerprint(String codec, int quality, List<StoredGrid> grids) {
    return codec + " " + quality + " " + grids.stream().map(StoredGrid::name).toList();
  }

  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static PrepSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    int quality = settings.integer("prep.quality");
    if (quality < 1 || quality > 100) {
      problems.add(settings.problem("prep.quality", "must be 1 to 100", "75 is the default"));
    }
    try {
      FrameCodec.byName(settings.text("prep.codec"));
    } catch (ShardException e) {
      problems.add(settings.problem("prep.codec", e.getMessage(), ""));
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
    for (String key : List.of("prep.keep-revisions-hours", "prep.orphan-grace-hours")) {
      if (!(settings.number(key) >= 0)) {
        problems.add(settings.problem(key, "must be at least 0", ""));
      }
    }
    String same = settings.text("prep.same-content");
    if (!List.of(REPORT, REFUSE).contains(same)) {
      problems.add(
          settings.problem("prep.same-content", "must be " + REPORT + " or " + REFUSE, ""));
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
        settings.number("prep.time-limit-seconds"),
        settings.flag("prep.retry-quarantined"),
        same.equals(REFUSE),
        settings.number("prep.keep-revisions-hours"),
        settings.number("prep.orphan-grace-hours"));
  }
}

package io.multigrid.prep.job;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardException;
import io.multigrid.shard.storage.Patience;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What preparation needs to know: the settings {@code prep}, and the grids of the recipe.
 *
 * @param timeLimit for one video
 * @param patience with storage that does not answer
 */
public record PrepSettings(
    List<StoredGrid> grids,
    Encoding encoding,
    Admission admission,
    int videosPerShard,
    Duration timeLimit,
    Duration patience,
    Retention retention)
    implements Serializable {

  /** How frames are stored; 1 to 100 is the range of {@code quality}. */
  public record Encoding(String codec, int quality) implements Serializable {}

  /**
   * Which videos come into a data set.
   *
   * @param validationShare share of the videos, where the catalogue names no splits
   * @param maxQuarantine share of the videos that may be left out
   * @param retryQuarantined whether to try again what was left out though the file is the same
   */
  public record Admission(
      double validationShare,
      double maxQuarantine,
      boolean retryQuarantined,
      OnSameContent sameContent)
      implements Serializable {}

  /** What is done about one file under several names. */
  public enum OnSameContent {
    REPORT,
    REFUSE
  }

  /**
   * How long files stay that no manifest needs.
   *
   * @param revisions those of a replaced revision
   * @param orphans those that a stopped run left
   */
  public record Retention(Duration revisions, Duration orphans) implements Serializable {}

  /** What decides how a stored frame looks: records of the same text can stand side by side. */
  String fingerprint() {
    return fingerprint(codec(), quality(), grids);
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

  public String codec() {
    return encoding.codec();
  }

  public int quality() {
    return encoding.quality();
  }

  public double validationShare() {
    return admission.validationShare();
  }

  public double maxQuarantine() {
    return admission.maxQuarantine();
  }

  boolean retryQuarantined() {
    return admission.retryQuarantined();
  }

  boolean refuseSameContent() {
    return admission.sameContent() == OnSameContent.REFUSE;
  }

  Patience storagePatience() {
    return Patience.lasting(patience);
  }

  double timeLimitSeconds() {
    return timeLimit.toNanos() / 1e9;
  }

  double keepRevisionsHours() {
    return retention.revisions().toNanos() / (double) Duration.ofHours(1).toNanos();
  }

  double orphanGraceHours() {
    return retention.orphans().toNanos() / (double) Duration.ofHours(1).toNanos();
  }

  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static PrepSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    Section prep = settings.section("prep", problems);
    Encoding encoding = encoding(prep);
    Admission admission =
        new Admission(
            prep.share("validation-share"),
            prep.share("max-quarantine"),
            prep.flag("retry-quarantined"),
            prep.choice("same-content", OnSameContent.REPORT));
    int videosPerShard = prep.positive("videos-per-shard");
    Duration timeLimit = prep.positiveDuration("time-limit-seconds");
    Duration patience = prep.duration("patience");
    Retention retention =
        new Retention(prep.duration("keep-revisions-hours"), prep.duration("orphan-grace-hours"));
    Optional<Recipe> recipe = ConfigurationException.collect(problems, () -> Recipe.from(settings));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new PrepSettings(
        Grids.stored(recipe.orElseThrow()),
        encoding,
        admission,
        videosPerShard,
        timeLimit,
        patience,
        retention);
  }

  private static Encoding encoding(Section prep) {
    int quality = prep.integer("quality");
    if (quality < 1 || quality > 100) {
      prep.problem("quality", "must be 1 to 100", "75 is the default");
    }
    String codec = prep.text("codec");
    try {
      FrameCodec.byName(codec);
    } catch (ShardException e) {
      prep.problem("codec", e.getMessage(), "h264-8 is the default");
    }
    return new Encoding(codec, quality);
  }
}

package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.decode.HostileCodec;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.Source;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos that were left out are tried again when they may come through. */
class SecondTryTest {
  private static final Source FILE = new Source(1000, 5);
  private static JavaSparkContext spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = PrepFixture.spark("second try test");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Part.LeftOut leftOut(Reason reason, int runs) {
    return new Part.LeftOut(FILE, new Quarantined("a.mp4", reason, "", 1), 600, runs);
  }

  @Test
  void aVerdictHoldsAsLongAsNothingHasChanged() {
    assertThat(leftOut(Reason.NOT_A_VIDEO, 1).holds(FILE, 9000)).isTrue();
    assertThat(leftOut(Reason.NOT_A_VIDEO, 1).holds(new Source(1000, 6), 600)).isFalse();
    assertThat(leftOut(Reason.TIMEOUT, 1).holds(FILE, 600)).isTrue();
    assertThat(leftOut(Reason.TIMEOUT, 1).holds(FILE, 300)).isTrue();
    assertThat(leftOut(Reason.TIMEOUT, 9).holds(FILE, 601)).isFalse();
    assertThat(leftOut(Reason.CRASH, 1).holds(FILE, 600)).isFalse();
    assertThat(leftOut(Reason.CRASH, 2).holds(FILE, 600)).isFalse();
    assertThat(leftOut(Reason.CRASH, 3).holds(FILE, 600)).isTrue();
    assertThat(leftOut(Reason.READ_ERROR, 9).holds(FILE, 600)).isFalse();
    assertThat(leftOut(Reason.LOCAL_DISK, 9).holds(FILE, 600)).isFalse();
  }

  @Test
  void aRaisedTimeLimitIsAnotherChance() throws IOException {
    for (String name : new String[] {"a/1", "b/2"}) {
      PrepFixture.render(folder.resolve("videos/" + name + ".mp4"), 64, 48, 30, 10);
    }
    Settings settings = PrepFixture.settings().with("prep.max-quarantine", 1.0);
    Settings hasty = settings.with("prep.time-limit-seconds", 1e-6);
    assertThat(prep(hasty).quarantined())
        .extracting(Quarantined::reason)
        .containsExactly(Reason.TIMEOUT, Reason.TIMEOUT);
    assertThat(prep(hasty).changes().prepared()).isZero();
    PrepResult patient = prep(settings);
    assertThat(patient.changes().prepared()).isEqualTo(2);
    assertThat(patient.quarantined()).isEmpty();
  }

  @Test
  void aCrashIsTriedInThreeRuns() throws IOException {
    PrepFixture.render(folder.resolve("videos/a/fine.mp4"), 64, 48, 30, 10);
    PrepFixture.render(folder.resolve("videos/b/fine.mp4"), 64, 48, 30, 10);
    HostileCodec.renderCrash(folder.resolve("videos/b/crash.mp4"));
    Settings settings =
        PrepFixture.settings().with("prep.codec", "hostile").with("prep.max-quarantine", 0.5);
    assertThat(prep(settings).changes().prepared()).isEqualTo(3);
    for (int run = 2; run <= 3; run++) {
      PrepResult again = prep(settings);
      assertThat(again.changes().prepared()).as("run " + run).isEqualTo(1);
      assertThat(again.manifest().get().revision()).isEqualTo(1);
    }
    PrepResult last = prep(settings);
    assertThat(last.changes().prepared()).isZero();
    assertThat(last.quarantined()).extracting(Quarantined::reason).containsExactly(Reason.CRASH);
    assertThat(prep(settings.with("prep.retry-quarantined", true)).changes().prepared())
        .isEqualTo(1);
  }

  private PrepResult prep(Settings settings) throws IOException {
    String videos = folder.resolve("videos").toString();
    return new PrepJob(
            spark,
            PrepSettings.from(settings),
            Catalogue.read(videos, 0, spark.hadoopConfiguration()),
            videos,
            folder.resolve("data").toString())
        .execute();
  }
}

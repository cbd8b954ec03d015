package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.decode.HostileCodec;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Videos that take the process that decodes them down. */
class HostileVideosTest {
  @TempDir Path folder;

  @Test
  void aCrashAHangAndAFullMemoryCostOneVideoEach() throws IOException {
    render("a/fine.mp4", 100, 100, 100);
    render("a/crash.mp4", 255, 0, 0);
    render("a/hang.mp4", 0, 255, 0);
    render("b/memory.mp4", 0, 0, 255);
    render("b/fine.mp4", 80, 80, 80);
    Settings settings =
        PrepFixture.settings()
            .with("prep.codec", "hostile")
            .with("prep.max-quarantine", 0.6)
            .with("prep.time-limit-seconds", 3.0);
    try (JavaSparkContext spark = PrepFixture.spark("hostile videos")) {
      String videos = folder.resolve("videos").toString();
      String out = folder.resolve("data").toString();
      PrepResult result =
          new PrepJob(
                  spark,
                  PrepSettings.from(settings),
                  Catalogue.read(videos, 0, spark.hadoopConfiguration()),
                  videos,
                  out)
              .execute();
      Map<String, Quarantined> left = new HashMap<>();
      result.quarantined().forEach(one -> left.put(one.path(), one));
      assertThat(left).containsOnlyKeys("a/crash.mp4", "a/hang.mp4", "b/memory.mp4");
      assertThat(left.get("a/crash.mp4").reason()).isEqualTo(Reason.CRASH);
      // Once more, to be sure that it was the video.
      assertThat(left.get("a/crash.mp4").attempts()).isEqualTo(2);
      assertThat(left.get("a/crash.mp4").detail())
          .startsWith("the decoding process ended with code 1 in C [libc");
      assertThat(left.get("a/hang.mp4").reason()).isEqualTo(Reason.TIMEOUT);
      assertThat(left.get("a/hang.mp4").detail())
          .isEqualTo(
              "the decoder did not answer within prep.time-limit-seconds = 3.0 and was ended");
      assertThat(left.get("b/memory.mp4").reason()).isEqualTo(Reason.CRASH);
      assertThat(result.manifest().get().videos()).containsEntry("train", 2);
      assertThat(Dataset.open(out, spark.hadoopConfiguration()).verify(spark.hadoopConfiguration()))
          .isEmpty();
      assertThat(Files.readString(folder.resolve("data/quarantine.jsonl")))
          .contains("{\"path\":\"a/crash.mp4\",\"reason\":\"CRASH\",\"detail\":\"the decoding")
          .contains("\"attempt\":2}");
    }
  }

  private void render(String name, int red, int green, int blue) throws IOException {
    HostileCodec.render(folder.resolve("videos/" + name), red, green, blue);
  }
}

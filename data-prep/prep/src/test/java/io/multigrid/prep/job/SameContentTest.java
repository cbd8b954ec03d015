package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Settings;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.SameFiles;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SameContentTest {
  private static JavaSparkContext spark;
  @TempDir Path folder;
  private final List<String> notices = new ArrayList<>();

  @BeforeAll
  static void start() {
    spark = PrepFixture.spark("same content");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Two copies in one split, one in another, and one that differs by a bit of the same length. */
  private void videos() throws IOException {
    PrepFixture.render(folder.resolve("one.mp4"), 48, 36, 15, 10);
    PrepFixture.render(folder.resolve("other.mp4"), 48, 36, 15, 20);
    for (String name : List.of("train/a/1", "train/b/2", "val/b/3")) {
      copy("one", name);
    }
    copy("other", "train/a/4");
    copy("other", "train/b/5");
    copy("other", "val/a/6");
    for (String name : List.of("train/b/5", "val/a/6")) {
      Path file = folder.resolve("videos/" + name + ".mp4");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= (byte) name.length();
      Files.write(file, bytes);
    }
  }

  private void copy(String from, String to) throws IOException {
    Path target = folder.resolve("videos/" + to + ".mp4");
    Files.createDirectories(target.getParent());
    Files.copy(folder.resolve(from + ".mp4"), target);
  }

  private PrepResult prep(Settings settings) throws IOException {
    String videos = folder.resolve("videos").toString();
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list,
        "path,label,split\n"
            + "train/a/1.mp4,a,train\ntrain/b/2.mp4,b,train\nval/b/3.mp4,b,val\n"
            + "train/a/4.mp4,a,train\ntrain/b/5.mp4,b,train\nval/a/6.mp4,a,val\n");
    return new PrepJob(
            spark,
            PrepSettings.from(settings),
            Catalogue.read(list.toString(), 0, spark.hadoopConfiguration()),
            videos,
            folder.resolve("data").toString())
        .onNotice(notices::add)
        .execute();
  }

  @Test
  void copiesAreToldOfAndStandInTheReport() throws IOException {
    videos();
    PrepResult result = prep(PrepFixture.settings().with("prep.max-quarantine", 1.0));
    assertThat(result.sameContent())
        .extracting(SameFiles::paths, SameFiles::splits)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                List.of("train/a/1.mp4", "train/b/2.mp4", "val/b/3.mp4"),
                java.util.Set.of(Split.TRAIN, Split.VALIDATION)));
    assertThat(notices)
        .containsExactly(
            "the same content: train/a/1.mp4, train/b/2.mp4, val/b/3.mp4, which are in train and validation");
    JsonNode report =
        new ObjectMapper().readTree(folder.resolve("data").resolve("report.json").toFile());
    assertThat(report.path("sameContent").size()).isEqualTo(1);
    assertThat(report.path("sameContent").path(0).path("splits").path(1).asText())
        .isEqualTo("validation");
    assertThat(folder.resolve("data").resolve("report.html"))
        .content()
        .contains("The same content", "train/a/1.mp4, train/b/2.mp4, val/b/3.mp4");
  }

  @Test
  void copiesAreRefusedWhereThatIsWanted() throws IOException {
    videos();
    assertThatThrownBy(() -> prep(PrepFixture.settings().with("prep.same-content", "refuse")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("prep.same-content = refuse")
        .hasMessageContaining("train/a/1.mp4, train/b/2.mp4, val/b/3.mp4")
        .hasMessageContaining("leave all but one out, or set prep.same-content = report");
    assertThat(folder.resolve("data").resolve("manifest.json")).doesNotExist();
  }

  @Test
  void anUnknownWishIsRefused() {
    assertThatThrownBy(
            () -> PrepSettings.from(PrepFixture.settings().with("prep.same-content", "skip")))
        .hasMessageContaining("prep.same-content")
        .hasMessageContaining("must be one of report, refuse");
  }
}

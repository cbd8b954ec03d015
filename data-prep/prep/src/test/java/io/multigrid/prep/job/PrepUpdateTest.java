package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.ContactSheet;
import io.multigrid.prep.report.PrepChanges;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data set that is brought up to date. */
class PrepUpdateTest {
  private static JavaSparkContext spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = PrepFixture.spark("prep update test");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void videos() throws IOException {
    for (String name : List.of("a/1", "a/2", "b/3", "b/4")) {
      render(name, 20);
    }
  }

  @Test
  void whatIsUnchangedIsKeptAndNothingIsCommitted() throws IOException {
    assertThat(prep().changes()).isEqualTo(new PrepChanges(0, 0, 4, 0));
    PrepResult again = prep();
    assertThat(again.changes()).isEqualTo(new PrepChanges(4, 0, 0, 0));
    assertThat(again.decodedFrames()).isZero();
    assertThat(again.manifest().get().revision()).isEqualTo(1);
    assertThat(PrepJob.summary(again))
        .startsWith("4 videos: 4 kept, 0 finished by an earlier run, 0 decoded now");
  }

  @Test
  void addedChangedAndRemovedVideosAreRecognised() throws IOException {
    prep();
    Dataset before = open();
    render("b/5", 10);
    render("a/1", 30);
    Files.delete(folder.resolve("videos/b/4.mp4"));
    PrepResult result = prep();
    assertThat(result.changes()).isEqualTo(new PrepChanges(2, 0, 2, 1));
    Dataset after = open();
    assertThat(after.manifest().revision()).isEqualTo(2);
    assertThat(names(after)).containsExactly("a/1.mp4", "a/2.mp4", "b/3.mp4", "b/5.mp4");
    assertThat(after.verify(spark.hadoopConfiguration())).isEmpty();
    // Training holds on to what it began with.
    assertThat(names(before)).containsExactly("a/1.mp4", "a/2.mp4", "b/3.mp4", "b/4.mp4");
    assertThat(before.verify(spark.hadoopConfiguration())).isEmpty();
    assertThat(
            Dataset.open(folder.resolve("data").toString(), 1, spark.hadoopConfiguration())
                .verify(spark.hadoopConfiguration()))
        .isEmpty();
    // The same as if it had been prepared at once.
    assertThat(PrepFixture.content(data("data"), spark.hadoopConfiguration()))
        .isEqualTo(undisturbed());
  }

  @Test
  void newLabelsAndSplitsCostNoDecoding() throws IOException {
    prep();
    Files.writeString(
        folder.resolve("list.csv"),
        "path,label,split\na/1.mp4,zoo,test\na/2.mp4,b,train\nb/3.mp4,b,train\nb/4.mp4,c,validation\n");
    PrepResult result = prep(settings(), "list.csv");
    assertThat(result.changes()).isEqualTo(new PrepChanges(4, 0, 0, 0));
    Dataset data = open();
    assertThat(data.manifest().revision()).isEqualTo(2);
    assertThat(data.classes()).containsExactly("b", "c", "zoo");
    assertThat(data.video(Split.TEST, 0).path()).isEqualTo("a/1.mp4");
    assertThat(data.label(Split.TEST, 0)).isEqualTo(2);
    assertThat(data.verify(spark.hadoopConfiguration())).isEmpty();
  }

  @Test
  void otherSettingsPrepareEverythingAgain() throws IOException {
    prep();
    assertThat(prep(settings().with("prep.quality", 50), "videos").changes())
        .isEqualTo(new PrepChanges(0, 0, 4, 0));
  }

  @Test
  void aVerdictHoldsUntilTheFileChangesOrARetryIsAskedFor() throws IOException {
    Files.writeString(folder.resolve("videos/b/bad.mp4"), "no video");
    Settings settings = settings().with("prep.max-quarantine", 0.5);
    assertThat(prep(settings, "videos").changes().prepared()).isEqualTo(5);
    PrepResult again = prep(settings, "videos");
    assertThat(again.changes().prepared()).isZero();
    assertThat(again.quarantined())
        .extracting(Quarantined::reason)
        .containsExactly(Reason.NOT_A_VIDEO);
    assertThat(prep(settings.with("prep.retry-quarantined", true), "videos").changes().prepared())
        .isEqualTo(1);
    render("b/bad", 10);
    assertThat(prep(settings, "videos").quarantined()).isEmpty();
  }

  /** The second one to commit gives way, and its work is there for the next run. */
  @Test
  void twoPreparationsAtOnceDoNoHarm() throws IOException {
    boolean[] begun = new boolean[1];
    assertThatThrownBy(
            () ->
                job()
                    .onNotice(
                        copies -> {
                          if (!begun[0]) {
                            begun[0] = true;
                            other();
                          }
                        })
                    .execute())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another preparation")
        .hasMessageContaining("run again, what is finished is kept");
    assertThat(open().manifest().revision()).isEqualTo(1);
    assertThat(open().verify(spark.hadoopConfiguration())).isEmpty();
    assertThat(prep().changes()).isEqualTo(new PrepChanges(4, 0, 0, 0));
  }

  private void other() {
    try {
      prep();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** A run that was stopped between its claim and its commit leaves a number unused. */
  @Test
  void aClaimThatWasNeverCommittedIsPassedBy() throws IOException {
    prep();
    Path manifests = folder.resolve("data/manifests");
    Files.copy(
        manifests.resolve("manifest-000001.json"), manifests.resolve("manifest-000002.json"));
    render("b/5", 10);
    assertThat(prep().manifest().get().revision()).isEqualTo(3);
    assertThat(open().verify(spark.hadoopConfiguration())).isEmpty();
  }

  @Test
  void tooManyLeftOutCommitNothingAndLoseNothing() throws IOException {
    prep();
    Files.writeString(folder.resolve("videos/b/bad.mp4"), "no video");
    render("b/5", 10);
    PrepResult refused = prep();
    assertThat(refused.manifest()).isEmpty();
    assertThat(open().manifest().revision()).isEqualTo(1);
    Files.delete(folder.resolve("videos/b/bad.mp4"));
    assertThat(prep().changes()).isEqualTo(new PrepChanges(4, 1, 0, 0));
  }

  @Test
  void orphansAndReplacedRevisionsGoAfterTheirTime() throws IOException {
    prep();
    Path left = folder.resolve("data/shards/deadbeef/.s20-15fps.mgs.12345678.writing");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "half a shard");
    prep(settings().with("prep.quality", 50), "videos");
    assertThat(left).exists();
    assertThat(parts()).isGreaterThan(4);
    Dataset first = Dataset.open(folder.resolve("data").toString(), 1, spark.hadoopConfiguration());
    assertThat(first.verify(spark.hadoopConfiguration())).isEmpty();

    FileTime dayBefore = FileTime.fromMillis(System.currentTimeMillis() - 25 * 3_600_000L);
    Files.setLastModifiedTime(left, dayBefore);
    Files.setLastModifiedTime(left.getParent(), dayBefore);
    prep(settings().with("prep.quality", 50), "videos");
    assertThat(left.getParent()).doesNotExist();
    assertThat(first.verify(spark.hadoopConfiguration())).isEmpty();

    Settings soon =
        settings()
            .with("prep.quality", 50)
            .with("prep.keep-revisions-hours", 0.0)
            .with("prep.orphan-grace-hours", 0.0);
    prep(soon, "videos");
    assertThat(open().verify(spark.hadoopConfiguration())).isEmpty();
    assertThat(parts()).isEqualTo(4);
    assertThatThrownBy(
            () -> Dataset.open(folder.resolve("data").toString(), 1, spark.hadoopConfiguration()))
        .hasMessageContaining("that revision was never committed or is gone");
  }

  @Test
  void progressIsToldPartByPart() throws IOException {
    List<String> lines = new java.util.ArrayList<>();
    new PrepJob(spark, PrepSettings.from(settings()), read("videos"), data("videos"), data("data"))
        .onProgress(progress -> lines.add(progress.line()))
        .execute();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(3)).startsWith("4/4 videos, ").contains(" 0 quarantined, 0 s left");
  }

  @Test
  void theReportSaysWhatThereIs() throws IOException {
    Files.writeString(folder.resolve("videos/b/bad.mp4"), "no video");
    prep(settings().with("prep.max-quarantine", 0.5), "videos");
    JsonNode report =
        new ObjectMapper().readTree(Files.readAllBytes(folder.resolve("data/report.json")));
    assertThat(report.at("/codecs/h264").asInt()).isEqualTo(4);
    assertThat(report.at("/sizes/64x48").asInt()).isEqualTo(4);
    assertThat(report.at("/frameRates/30.00").asInt()).isEqualTo(4);
    assertThat(report.at("/reasons/NOT_A_VIDEO").asInt()).isEqualTo(1);
    assertThat(report.at("/durationSeconds/median").asDouble()).isBetween(0.66, 0.68);
    assertThat(report.at("/changes/prepared").asInt()).isEqualTo(5);
    assertThat(report.at("/classes/a/train").asInt() + report.at("/classes/a/validation").asInt())
        .isEqualTo(2);
    assertThat(report.path("bytesByGrid")).hasSize(3);
    String page = Files.readString(folder.resolve("data/report.html"));
    assertThat(page)
        .contains("5 videos in the catalogue, 1 left out")
        .contains("<td>b/bad.mp4</td><td>NOT_A_VIDEO</td>")
        .contains("src=\"data:image/jpeg;base64,")
        .doesNotContain("src=\"http");
    byte[] png = new ContactSheet(open(), spark.hadoopConfiguration()).png();
    BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(png));
    // Not white alone: the frames are grey.
    assertThat(sheet.getRGB(5, 40) & 255).isLessThan(150);
  }

  @Test
  void tooManyMissingFilesAreToldBeforeAnythingIsDecoded() throws IOException {
    Files.writeString(folder.resolve("gone.csv"), "path,label\na/1.mp4,a\na/2.mp4,b\ngone.mp4,b\n");
    PrepResult result = prep(settings(), "gone.csv");
    assertThat(result.manifest()).isEmpty();
    assertThat(result.decodedFrames()).isZero();
    assertThat(result.quarantined()).extracting(Quarantined::path).containsExactly("gone.mp4");
    assertThat(result.quarantined().get(0).detail()).startsWith("there is no file ");
  }

  private java.util.Map<String, String> undisturbed() throws IOException {
    new PrepJob(spark, PrepSettings.from(settings()), read("videos"), data("videos"), data("else"))
        .execute();
    return PrepFixture.content(data("else"), spark.hadoopConfiguration());
  }

  private long parts() throws IOException {
    try (Stream<Path> parts = Files.list(folder.resolve("data/shards"))) {
      return parts.count();
    }
  }

  private static List<String> names(Dataset data) {
    return Stream.of(Split.values())
        .flatMap(
            split ->
                java.util.stream.IntStream.range(0, data.size(split))
                    .mapToObj(v -> data.video(split, v).path()))
        .sorted()
        .toList();
  }

  private void render(String name, int frames) throws IOException {
    PrepFixture.render(folder.resolve("videos/" + name + ".mp4"), 64, 48, 30, frames);
  }

  private static Settings settings() {
    return PrepFixture.settings();
  }

  private String data(String name) {
    return folder.resolve(name).toString();
  }

  private Catalogue read(String catalogue) throws IOException {
    return Catalogue.read(data(catalogue), 0.2, spark.hadoopConfiguration());
  }

  private PrepResult prep() throws IOException {
    return prep(settings(), "videos");
  }

  private PrepResult prep(Settings settings, String catalogue) throws IOException {
    return job(settings, catalogue).execute();
  }

  private PrepJob job() throws IOException {
    return job(settings(), "videos");
  }

  private PrepJob job(Settings settings, String catalogue) throws IOException {
    return new PrepJob(
        spark, PrepSettings.from(settings), read(catalogue), data("videos"), data("data"));
  }

  private Dataset open() throws IOException {
    return Dataset.open(data("data"), spark.hadoopConfiguration());
  }
}

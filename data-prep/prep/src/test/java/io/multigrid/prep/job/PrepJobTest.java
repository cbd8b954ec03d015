package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.config.Settings;
import io.multigrid.prep.RealVideos;
import io.multigrid.prep.Sounds;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.decode.Reason;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepJobTest {
  private static JavaSparkContext spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    SparkConf conf = new SparkConf().setMaster("local[2]").setAppName("prep test");
    conf.set("spark.ui.enabled", "false").set("spark.driver.bindAddress", "127.0.0.1");
    spark = new JavaSparkContext(conf.set("spark.driver.host", "127.0.0.1"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void everyGridGetsEveryVideoAtItsSizeAndRate() throws IOException {
    render("videos/a/slow.mp4", 64, 48, 30, 60);
    render("videos/b/wide.mp4", 96, 48, 24, 48);
    PrepResult result = prep(settings(), catalogue("videos"), "videos");
    assertThat(result.quarantined()).isEmpty();

    Dataset data = open();
    assertThat(data.grids()).hasSize(3);
    assertThat(data.size(Split.TRAIN) + data.size(Split.VALIDATION)).isEqualTo(2);
    Map<String, StoredVideo> videos = videos(data);
    // Two seconds at 15 frames a second, whatever the source's rate.
    assertThat(videos.get("a/slow.mp4").frames(0)).isEqualTo(30);
    assertThat(videos.get("b/wide.mp4").frames(0)).isEqualTo(30);
    assertThat(videos.get("b/wide.mp4").width()).isEqualTo(2 * videos.get("b/wide.mp4").height());
    assertThat(data.verify(spark.hadoopConfiguration())).isEmpty();
    // A frame's grey level tells its time: stored frame k shows source time k / 15.
    try (ClipReader reader = data.reader(data.grids().get(2), spark.hadoopConfiguration())) {
      for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
        for (int v = 0; v < data.size(split); v++) {
          Frames frames = reader.read(split, v, new int[] {5, 20});
          int bytes = frames.width() * frames.height() * 3;
          int grey = (frames.rgb()[bytes / 2] & 255) - 5 * 8;
          int later = (frames.rgb()[bytes + bytes / 2] & 255) - 20 * 8;
          assertThat(Math.abs(grey)).isLessThan(14);
          assertThat(Math.abs(later)).isLessThan(14);
        }
      }
    }
  }

  @Test
  void whatCannotBeDecodedIsQuarantinedWithItsReason() throws IOException {
    render("videos/a/good.mp4", 64, 48, 30, 20);
    render("videos/b/good.mp4", 64, 48, 30, 20);
    Files.write(folder.resolve("videos/b/empty.mp4"), new byte[0]);
    Files.writeString(folder.resolve("videos/b/text.mp4"), "not a video");
    byte[] good = Files.readAllBytes(folder.resolve("videos/a/good.mp4"));
    Files.write(folder.resolve("videos/a/cut.mp4"), Arrays.copyOf(good, good.length / 2));
    Files.writeString(
        folder.resolve("list.csv"),
        "path,label,split\na/good.mp4,a,train\nb/good.mp4,b,train\nb/empty.mp4,b,train\n"
            + "b/text.mp4,b,train\na/cut.mp4,a,train\nb/gone.mp4,b,validation\n");
    PrepResult result =
        prep(settings().with("prep.max-quarantine", 0.8), catalogue("list.csv"), "videos");
    Map<String, Reason> reasons = new HashMap<>();
    result.quarantined().forEach(q -> reasons.put(q.path(), q.reason()));
    assertThat(reasons)
        .containsEntry("b/empty.mp4", Reason.EMPTY_FILE)
        .containsEntry("b/text.mp4", Reason.NOT_A_VIDEO)
        .containsEntry("a/cut.mp4", Reason.NOT_A_VIDEO)
        .containsEntry("b/gone.mp4", Reason.NOT_FOUND)
        .hasSize(4);
    assertThat(open().size(Split.TRAIN)).isEqualTo(2);
    assertThat(Files.readAllLines(folder.resolve("data/quarantine.jsonl"))).hasSize(4);
  }

  @Test
  void realVideosComeThrough() throws IOException {
    StringBuilder list = new StringBuilder("path,label,split\n");
    List<Path> real = RealVideos.all();
    for (int v = 0; v < real.size(); v++) {
      list.append(real.get(v).getFileName() + ",class" + v % 2 + ",train\n");
    }
    Files.writeString(folder.resolve("real.csv"), list);
    Settings settings = settings().with("cycles.long", false).with("cycles.short", false);
    PrepResult result =
        new PrepJob(
                spark,
                PrepSettings.from(settings),
                catalogue("real.csv"),
                RealVideos.folder().toString(),
                folder.resolve("data").toString())
            .execute();
    assertThat(result.quarantined()).isEmpty();
    Map<String, StoredVideo> videos = videos(open());
    assertThat(videos).hasSize(22);
    for (String upright : List.of("nasa_13013_rotated.mp4", "video_90.mov", "video_270.mov")) {
      StoredVideo entry = videos.get(upright);
      assertThat(entry.height()).as(upright).isGreaterThan(entry.width());
    }
    // Coded 270 x 480 with a quarter turn: shown 480 x 270.
    StoredVideo turned = videos.get("portrait_rot90.mp4");
    assertThat(turned.width()).isGreaterThan(turned.height());
    // Frames at 15 a second, of the sources' 1/30 s, 2.934 s with gaps, 2.966 s and 0.512 s.
    assertThat(videos.get("one_frame.mp4").frames(0)).isEqualTo(1);
    assertThat(videos.get("walk_vfr.mp4").frames(0)).isBetween(43, 46);
    assertThat(videos.get("walk_vp9.webm").frames(0)).isBetween(44, 45);
    assertThat(videos.get("phone.mp4").frames(0)).isBetween(7, 9);
  }

  /** Sound alone, and an MP4 that lacks its index, which is written last. */
  @Test
  void whatHasNoPicturesIsQuarantined() throws Exception {
    Files.createDirectories(folder.resolve("videos"));
    Sounds.write(folder.resolve("videos/sound.m4a"), 2);
    byte[] cut =
        Arrays.copyOf(Files.readAllBytes(RealVideos.folder().resolve("phone.mp4")), 50_000);
    Files.write(folder.resolve("videos/no_index.mp4"), cut);
    render("videos/good.mp4", 64, 48, 30, 20);
    Files.writeString(
        folder.resolve("list.csv"),
        "path,label,split\nsound.m4a,a,train\nno_index.mp4,b,train\ngood.mp4,b,train\n");
    PrepResult result =
        prep(settings().with("prep.max-quarantine", 0.8), catalogue("list.csv"), "videos");
    assertThat(result.quarantined())
        .extracting(Quarantined::path, Quarantined::reason)
        .containsExactlyInAnyOrder(
            tuple("sound.m4a", Reason.NO_VIDEO_STREAM), tuple("no_index.mp4", Reason.NOT_A_VIDEO));
  }

  private PrepResult prep(Settings settings, Catalogue catalogue, String videos)
      throws IOException {
    return new PrepJob(
            spark,
            PrepSettings.from(settings),
            catalogue,
            folder.resolve(videos).toString(),
            folder.resolve("data").toString())
        .execute();
  }

  private Catalogue catalogue(String name) throws IOException {
    return Catalogue.read(folder.resolve(name).toString(), 0.2, spark.hadoopConfiguration());
  }

  private Dataset open() throws IOException {
    return Dataset.open(folder.resolve("data").toString(), spark.hadoopConfiguration());
  }

  private static Map<String, StoredVideo> videos(Dataset data) {
    Map<String, StoredVideo> videos = new HashMap<>();
    for (Split split : Split.values()) {
      for (int v = 0; v < data.size(split); v++) {
        videos.put(data.video(split, v).path(), data.video(split, v));
      }
    }
    return videos;
  }

  private static Settings settings() {
    return Settings.reference()
        .with("clip.crop", 32)
        .with("clip.jitter", List.of(36, 40))
        .with("prep.max-quarantine", 0.0);
  }

  /** Frame i is grey, 8 levels brighter for every fifteenth of a second. */
  private void render(String name, int width, int height, double fps, int frames)
      throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (VideoEncoder encoder = new VideoEncoder(file, width, height, fps)) {
      for (int i = 0; i < frames; i++) {
        byte[] rgb = new byte[width * height * 3];
        Arrays.fill(rgb, (byte) Math.round(i / fps * 15 * 8));
        encoder.frame(rgb);
      }
    }
  }
}

package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.codec.VideoEncoder;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Data sets that were once prepared and stay, with manifest, list of videos and shards, whatever
 * today's encoders would make of the same videos: two of 20 and 11 frames on three grids, of which
 * {@code frames} has the pixels that came out of them then, deflated.
 */
class GoldenDatasetTest {
  /** What colour conversions of different processors may differ by. */
  private static final int LEVELS = 2;

  @ParameterizedTest
  @ValueSource(strings = {"mjpeg", "h264-8"})
  void everyFrameIsWhatItWas(String codec) throws Exception {
    Dataset data = golden(codec);
    assertThat(data.manifest().codec()).isEqualTo(codec);
    assertThat(data.grids())
        .containsExactly(new StoredGrid(12, 15), new StoredGrid(17, 15), new StoredGrid(24, 15));
    assertThat(data.classes()).containsExactly("left", "right");
    byte[] expected;
    try (var in = new InflaterInputStream(Files.newInputStream(folder(codec).resolve("frames")))) {
      expected = in.readAllBytes();
    }
    byte[] found = all(data);
    assertThat(found).hasSize(expected.length);
    int most = 0;
    for (int i = 0; i < found.length; i++) {
      most = Math.max(most, Math.abs((found[i] & 255) - (expected[i] & 255)));
    }
    assertThat(most).as("levels between a pixel now and then").isLessThanOrEqualTo(LEVELS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mjpeg", "h264-8"})
  void aFrameInTheMiddleIsTheSameAsOnTheWay(String codec) throws Exception {
    Dataset data = golden(codec);
    StoredGrid grid = data.grids().get(2);
    for (int video = 0; video < 2; video++) {
      int count = data.video(Split.TRAIN, video).frames(0);
      try (ClipReader reader = data.reader(grid, new Configuration())) {
        byte[] inOrder = read(reader, video, range(count));
        int bytes = inOrder.length / count;
        for (int f : new int[] {count - 1, 3, 9, 0, 8, 7}) {
          assertThat(read(reader, video, new int[] {f}))
              .as("frame %d of video %d", f, video)
              .isEqualTo(Arrays.copyOfRange(inOrder, f * bytes, (f + 1) * bytes));
        }
      }
    }
  }

  private static Dataset golden(String codec) throws Exception {
    return Dataset.open(folder(codec).toString(), new Configuration());
  }

  private static Path folder(String codec) throws URISyntaxException {
    return Path.of(GoldenDatasetTest.class.getResource("/golden/" + codec).toURI());
  }

  private static byte[] all(Dataset data) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    for (StoredGrid grid : data.grids()) {
      try (ClipReader reader = data.reader(grid, new Configuration())) {
        for (int video = 0; video < data.size(Split.TRAIN); video++) {
          out.write(read(reader, video, range(data.video(Split.TRAIN, video).frames(0))));
        }
      }
    }
    return out.toByteArray();
  }

  private static byte[] read(ClipReader reader, int video, int[] wanted) throws IOException {
    Frames frames = reader.read(Split.TRAIN, video, wanted);
    return Arrays.copyOf(frames.rgb(), frames.count() * frames.width() * frames.height() * 3);
  }

  private static int[] range(int count) {
    int[] range = new int[count];
    Arrays.setAll(range, f -> f);
    return range;
  }

  /** Writes data sets like these, to {@code FOLDER/CODEC}. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path videos = folder.resolve("videos");
    render(videos.resolve("left").resolve("one.mp4"), 34, 24, 20);
    render(videos.resolve("right").resolve("two.mp4"), 26, 40, 11);
    try (JavaSparkContext spark = PrepFixture.spark("golden")) {
      for (String codec : List.of("mjpeg", "h264-8")) {
        Path out = folder.resolve(codec);
        PrepSettings settings =
            PrepSettings.from(
                PrepFixture.settings()
                    .with("clip.crop", 24)
                    .with("clip.jitter", List.of(24, 24))
                    .with("prep.codec", codec));
        new PrepJob(
                spark,
                settings,
                Catalogue.read(videos.toString(), 0, spark.hadoopConfiguration()),
                videos.toString(),
                out.toString())
            .execute();
        Dataset data = Dataset.open(out.toString(), spark.hadoopConfiguration());
        try (var frames =
            new DeflaterOutputStream(
                Files.newOutputStream(out.resolve("frames")),
                new Deflater(Deflater.BEST_COMPRESSION))) {
          frames.write(all(data));
        }
      }
    }
  }

  /** A bright square that crosses a ramp of colours. */
  private static void render(Path file, int width, int height, int frames) throws IOException {
    Files.createDirectories(file.getParent());
    try (VideoEncoder encoder = new VideoEncoder(file, width, height, 15)) {
      for (int f = 0; f < frames; f++) {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            boolean square = x >= f && x < f + 8 && y >= 8 && y < 16;
            int at = (y * width + x) * 3;
            rgb[at] = (byte) (square ? 240 : 200 * x / width);
            rgb[at + 1] = (byte) (square ? 230 : 200 * y / height);
            rgb[at + 2] = (byte) (square ? 20 : 90);
          }
        }
        encoder.frame(rgb);
      }
    }
  }
}

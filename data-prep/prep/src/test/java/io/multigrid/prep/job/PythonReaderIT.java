package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.codec.VideoEncoder;
import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader in Python that knows SPEC.md and public packages alone. */
class PythonReaderIT {
  private static final Path PACKAGES = Path.of("target", "python").toAbsolutePath();
  private static final Path SCRIPT = Path.of("src", "test", "python", "read_shards.py");
  private final Configuration hadoop = new Configuration();
  @TempDir Path folder;

  @BeforeAll
  static void packages() throws Exception {
    install("PIL", "pillow>=10", "google-crc32c>=1.5");
  }

  private static void install(String module, String... packages) throws Exception {
    if (!Files.isDirectory(PACKAGES.resolve(module))) {
      List<String> pip = List.of("-m", "pip", "install", "-q", "--target", PACKAGES.toString());
      run("python3", Stream.concat(pip.stream(), Stream.of(packages)).toList());
    }
    Assumptions.assumeTrue(
        Files.isDirectory(PACKAGES.resolve(module)),
        "pip could not install " + List.of(packages) + ": no Python test");
  }

  @ParameterizedTest
  @ValueSource(strings = {"raw", "deflate"})
  void getsTheSamePixelsOfEveryFrame(String codec) throws Exception {
    Dataset data = prepare(codec);
    int compared = 0;
    for (String line : run("python3", List.of(SCRIPT.toString(), data.uri())).lines().toList()) {
      JsonNode found = new ObjectMapper().readTree(line);
      assertThat(found.path("sha256").asText())
          .as(line)
          .isEqualTo(sha256(data, found.path("grid").asText(), found.path("path").asText()));
      compared++;
    }
    assertThat(compared).isEqualTo(3 * 3);
  }

  @Test
  void getsTheSameJpegFramesToAFewLevels() throws Exception {
    getsTheSameFramesToAFewLevels("mjpeg");
  }

  @Test
  void getsTheSameH264FramesToAFewLevels() throws Exception {
    install("av", "av>=14", "numpy");
    getsTheSameFramesToAFewLevels("h264-8");
  }

  /** Decoders may differ in rounding and in how they enlarge the colour planes. */
  private void getsTheSameFramesToAFewLevels(String codec) throws Exception {
    Dataset data = prepare(codec);
    StoredGrid grid = data.grids().get(2);
    Path out = folder.resolve("frame.rgb");
    try (ClipReader reader = data.reader(grid, hadoop)) {
      for (int f : new int[] {0, 7, 3}) {
        Frames frames = reader.read(Split.TRAIN, 0, new int[] {f});
        String said =
            run(
                "python3",
                List.of(
                    SCRIPT.toString(),
                    data.uri(),
                    grid.name(),
                    data.video(Split.TRAIN, 0).path(),
                    "" + f,
                    out.toString()));
        assertThat(out).as(said).exists();
        byte[] found = Files.readAllBytes(out);
        assertThat(found).hasSize(frames.width() * frames.height() * 3);
        double sum = 0;
        for (int i = 0; i < found.length; i++) {
          sum += Math.abs((found[i] & 255) - (frames.rgb()[i] & 255));
        }
        assertThat(sum / found.length).isLessThan(2);
      }
    }
  }

  @Test
  void findsDamage() throws Exception {
    Dataset data = prepare("raw");
    Path shard =
        folder.resolve("data").resolve(data.manifest().grids().get(0).shards().get(0).file());
    byte[] bytes = Files.readAllBytes(shard);
    bytes[200] ^= 1;
    Files.write(shard, bytes);
    assertThat(run("python3", List.of(SCRIPT.toString(), data.uri()))).contains("checksum");
  }

  private Dataset prepare(String codec) throws IOException {
    for (int v = 0; v < 3; v++) {
      Path file = folder.resolve("videos/class" + v % 2 + "/" + v + ".mp4");
      Files.createDirectories(file.getParent());
      try (VideoEncoder encoder = new VideoEncoder(file, 64 + 16 * v, 48, 30)) {
        for (int f = 0; f < 20; f++) {
          encoder.frame(ramp(64 + 16 * v, 48, f));
        }
      }
    }
    String out = folder.resolve("data").toString();
    try (JavaSparkContext spark = PrepFixture.spark("python reader")) {
      String videos = folder.resolve("videos").toString();
      new PrepJob(
              spark,
              PrepSettings.from(PrepFixture.settings().with("prep.codec", codec)),
              Catalogue.read(videos, 0, spark.hadoopConfiguration()),
              videos,
              out)
          .execute();
    }
    return Dataset.open(out, hadoop);
  }

  private static byte[] ramp(int width, int height, int frame) {
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = (y * width + x) * 3;
        rgb[at] = (byte) (255 * x / width);
        rgb[at + 1] = (byte) (255 * y / height);
        rgb[at + 2] = (byte) (12 * frame);
      }
    }
    return rgb;
  }

  private String sha256(Dataset data, String gridName, String path) throws Exception {
    StoredGrid grid =
        data.grids().stream().filter(g -> g.name().equals(gridName)).findFirst().orElseThrow();
    try (ClipReader reader = data.reader(grid, hadoop)) {
      for (int v = 0; v < data.size(Split.TRAIN); v++) {
        if (data.video(Split.TRAIN, v).path().equals(path)) {
          int[] all = new int[data.video(Split.TRAIN, v).frames(0)];
          Arrays.setAll(all, f -> f);
          Frames frames = reader.read(Split.TRAIN, v, all);
          MessageDigest sha = MessageDigest.getInstance("SHA-256");
          sha.update(frames.rgb(), 0, frames.count() * frames.width() * frames.height() * 3);
          return HexFormat.of().formatHex(sha.digest());
        }
      }
    }
    throw new AssertionError("no video " + path);
  }

  private static String run(String command, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
    builder.environment().put("PYTHONPATH", PACKAGES.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), "UTF-8");
    process.waitFor();
    return output;
  }
}

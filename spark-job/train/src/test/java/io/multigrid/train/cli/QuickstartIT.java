package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The quickstart from end to end, on a few videos: too few to learn from, enough to see it work.
 */
class QuickstartIT {
  @TempDir Path folder;

  @Test
  void rendersPreparesTrainsThreeTimesAndReports() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Launched first = quickstart(out);
    JsonNode result = new ObjectMapper().readTree(out.resolve("result.json").toFile());
    assertThat(result.get("classes").asInt()).isEqualTo(8);
    assertThat(result.get("trainVideos").asInt()).isEqualTo(32);
    assertThat(result.get("validationVideos").asInt()).isEqualTo(16);
    assertThat(result.get("baseline").get("iterations").asInt()).isEqualTo(12);
    for (String run : List.of("baseline", "multigrid", "baselineSameTime")) {
      assertThat(result.get(run).get("accuracy").asDouble()).isBetween(0.0, 1.0);
      assertThat(result.get(run).get("seconds").asDouble()).isPositive();
      assertThat(result.get(run).get("iterations").asInt()).isPositive();
    }
    assertThat(first.out()).contains("baseline, same time").contains("report.html");
    assertThat(out.resolve("report.html")).content().contains("The schedule: multigrid");
    try (Stream<Path> videos = Files.walk(out.resolve("videos"))) {
      assertThat(videos.filter(v -> v.toString().endsWith(".mp4"))).hasSize(48);
    }

    String model = checksum(out.resolve("baseline/model.safetensors"));
    assertThat(quickstart(out).err()).contains("48 kept");
    assertThat(checksum(out.resolve("baseline/model.safetensors"))).isEqualTo(model);
  }

  private Launched quickstart(Path out) throws IOException, InterruptedException {
    return Launched.run(
            folder,
            "quickstart",
            "--out",
            out.toString(),
            "--set",
            "quickstart.train-videos=4",
            "--set",
            "quickstart.validation-videos=2",
            "--set",
            "solver.epochs=3",
            "--set",
            "solver.steps=[0,2]",
            "--set",
            "solver.warmup-epochs=1")
        .succeeded();
  }

  private static String checksum(Path file) throws IOException {
    return java.util.HexFormat.of().formatHex(sha256(Files.readAllBytes(file)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return java.security.MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

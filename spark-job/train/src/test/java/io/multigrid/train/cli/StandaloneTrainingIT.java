package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.engine.dispatch.StandaloneCluster;
import io.multigrid.models.SafeTensors;
import io.multigrid.train.quickstart.QuickstartVideos;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same training in one process, and through spark-submit on two executor processes, by either
 * engine.
 */
class StandaloneTrainingIT {
  private static final String RECIPE =
      """
      multigrid {
        workers = 2, batch = 16
        clip { frames = 8, stride = 2, crop = 64, jitter = [70, 80], flip = false }
        cycles { bn-group = 8 }
        solver { learning-rate = 0.005, steps = [0, 2], epochs = 3, warmup-epochs = 1.0 }
        model { name = slow, width = 8, classes = 0, blocks = [1, 1, 1, 1], temporal-kernels = [1, 1, 1, 3, 3] }
        evaluate { views = 1, crops = 1, crop = 64, short-side = 72 }
        engine { threads = 1 }
      }
      """;

  @TempDir Path folder;

  @Test
  void twoExecutorsTrainTheModelThatOneProcessTrains() throws IOException, InterruptedException {
    Path conf = Files.writeString(folder.resolve("recipe.conf"), RECIPE);
    Path videos = folder.resolve("videos");
    QuickstartVideos.write(videos, 5, 2, 1, 2);
    Path data = folder.resolve("data");
    run("prep", "--conf", conf, "--videos", videos, "--out", data);

    Path alone = folder.resolve("alone");
    run("train", "--conf", conf, "--data", data, "--out", alone);

    Path together = folder.resolve("together");
    Path ranks = folder.resolve("ranks");
    Path home = folder.resolve("spark");
    try (StandaloneCluster cluster = StandaloneCluster.start(home, 2)) {
      trainOnTwo(cluster, conf, data, together, "bigdl");
      trainOnTwo(cluster, conf, data, ranks, "collective");
      try (Stream<Path> executors = Files.find(home.resolve("work"), 2, (p, a) -> true)) {
        assertThat(executors.map(p -> p.getFileName().toString())).contains("0", "1");
      }
      assertThat(run("inspect", data, "--verify", "--master", cluster.url()).out())
          .contains("every byte is as it was written");
    }
    assertSameLosses(together, alone);
    assertSameLosses(ranks, alone);
    assertSameModel(alone.resolve("model.safetensors"), together.resolve("model.safetensors"));
    assertSameModel(together.resolve("model.safetensors"), ranks.resolve("model.safetensors"));
    assertThat(Files.readAllLines(together.resolve("metrics.jsonl")))
        .hasSameSizeAs(Files.readAllLines(alone.resolve("metrics.jsonl")))
        .last()
        .asString()
        .contains("\"event\":\"evaluation\"");
    assertThat(together.resolve("report.html")).content().contains("<svg");

    Launched evaluated = run("evaluate", "--model", together, "--data", data, "--format", "json");
    assertThat(evaluated.out()).contains("\"videos\" : 16").contains("\"top1\"");
  }

  private void trainOnTwo(StandaloneCluster cluster, Path conf, Path data, Path out, String engine)
      throws IOException, InterruptedException {
    run(
        "train",
        "--master",
        cluster.url(),
        "--spark",
        "spark.executor.cores=1",
        "--spark",
        "spark.cores.max=2",
        "--spark",
        "spark.executor.memory=1g",
        "--conf",
        conf,
        "--set",
        "engine.executors=2",
        "--set",
        "engine.name=" + engine,
        "--data",
        data,
        "--out",
        out);
  }

  private static void assertSameLosses(Path one, Path other) throws IOException {
    List<Double> losses = losses(one);
    List<Double> expected = losses(other);
    assertThat(losses).hasSameSizeAs(expected);
    for (int i = 0; i < losses.size(); i++) {
      assertThat(losses.get(i)).as("loss " + i).isCloseTo(expected.get(i), within(1e-5));
    }
  }

  private Launched run(Object... arguments) throws IOException, InterruptedException {
    String[] texts = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    return Launched.run(folder, texts).succeeded();
  }

  private static List<Double> losses(Path run) throws IOException {
    List<Double> losses = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.get("event").asText().equals("iteration")) {
        losses.add(event.get("loss").asDouble());
      }
    }
    return losses;
  }

  private static void assertSameModel(Path one, Path other) throws IOException {
    Map<String, SafeTensors.Values> expected = tensors(one);
    Map<String, SafeTensors.Values> actual = tensors(other);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    for (String name : List.copyOf(expected.keySet())) {
      assertThat(actual.get(name).values())
          .as(name)
          .containsExactly(expected.get(name).values(), within(1e-5f));
    }
  }

  private static Map<String, SafeTensors.Values> tensors(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SafeTensors.read(in, file.toString(), Files.size(file)).tensors();
    }
  }
}

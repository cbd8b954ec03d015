package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.models.SafeTensors;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is computed depends on the workers of the recipe, not on the executors that run them. */
class WorkersTest {
  /** Dropout, flips and both cycles; executors of unlike size where 8 is no multiple. */
  private static final String[] EIGHT = {
    "workers=8",
    "batch=32",
    "cycles.bn-group=4",
    "clip.crop=48",
    "clip.jitter=[52,56]",
    // A rate at which training is no amplifier: rounding apart by 1e-7 stays below 1e-5.
    "solver.learning-rate=0.001",
    "solver.warmup-start=0.0001"
  };

  /** Learning rate scaled with the batch, from one of 64: 0.00125 x 1024 / 64. */
  private static final String[] MANY = {
    "workers=128",
    "batch=1024",
    "cycles.bn-group=8",
    "cycles.long=false",
    "cycles.short=false",
    "solver.learning-rate=0.02",
    "solver.steps=[0]",
    "solver.epochs=3",
    "clip.frames=1",
    "model.temporal-kernels=[1,1,1,1,1]",
  };

  @TempDir static Path folder;
  private static JavaSparkContext spark;

  private record Outcome(List<Double> losses, Map<String, SafeTensors.Values> tensors) {}

  @BeforeAll
  static void startSpark() {
    spark = Sparks.forTraining("test", TrainSettings.from(TinyData.settings("engine.executors=4")));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Outcome train(String name, int videos, String[] recipe, String... more)
      throws IOException {
    String[] sets =
        Stream.of(recipe, more, new String[] {"checkpoint.every-iterations=0"})
            .flatMap(Arrays::stream)
            .toArray(String[]::new);
    Path data = folder.resolve("data-" + videos);
    if (Files.notExists(data)) {
      TinyData.write(
          data.toString(), spark.hadoopConfiguration(), TinyData.settings(recipe), videos);
    }
    Path out = folder.resolve(name);
    new Trainer(
            spark,
            RunSettings.from(TinyData.settings(sets)),
            Dataset.open(data.toString(), spark.hadoopConfiguration()),
            name)
        .run(out.toString());
    List<Double> losses = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.path("event").asText().equals("iteration")) {
        losses.add(event.path("loss").asDouble());
      }
    }
    Path model = out.resolve("model.safetensors");
    try (InputStream in = Files.newInputStream(model)) {
      return new Outcome(
          losses, SafeTensors.read(in, model.toString(), Files.size(model)).tensors());
    }
  }

  /**
   * Weights to 1e-5; variances, which are not weights and reach 100 here, to 1e-4 of themselves.
   */
  private static float tolerance(String name, float value) {
    return name.contains(".running_") ? 1e-4f * Math.max(1, Math.abs(value)) : 1e-5f;
  }

  private static void assertSame(Outcome actual, Outcome expected) {
    assertThat(actual.losses).hasSameSizeAs(expected.losses);
    for (int i = 0; i < expected.losses.size(); i++) {
      assertThat(actual.losses.get(i))
          .as("loss " + i)
          .isCloseTo(expected.losses.get(i), within(1e-5));
    }
    expected.tensors.forEach(
        (name, tensor) -> {
          for (int i = 0; i < tensor.values().length; i++) {
            float value = tensor.values()[i];
            assertThat(actual.tensors.get(name).values()[i])
                .as("%s[%d]", name, i)
                .isCloseTo(value, within(tolerance(name, value)));
          }
        });
  }

  @Test
  void eightWorkersComputeTheSameOnAnyNumberOfExecutors() throws IOException {
    Outcome judge = train("judge", 96, EIGHT, "engine.name=local");
    assertThat(judge.losses).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    for (int executors = 1; executors <= 4; executors++) {
      assertSame(train("on-" + executors, 96, EIGHT, "engine.executors=" + executors), judge);
    }
    String[] ranks = {"engine.name=collective", "engine.executors=3"};
    assertSame(train("ranks", 96, EIGHT, ranks), judge);
  }

  @Test
  void manyWorkersComputeTheSameOnAnyNumberOfExecutors() throws IOException {
    Outcome judge = train("many", 1100, MANY, "engine.name=local");
    assertThat(judge.losses).hasSize(3);
    assertSame(train("many-2", 1100, MANY, "engine.executors=2"), judge);
    assertSame(train("many-4", 1100, MANY, "engine.executors=4"), judge);
  }

  /**
   * Draws belong to workers, so there are none here: the only frame, the only window, no mirror, no
   * dropout. Batch normalisation sees the whole batch in both.
   */
  @Test
  void manyWorkersComputeTheSameAsOneBatch() throws IOException {
    String[] still = {
      "clip.jitter=[32,32]", "clip.flip=false", "model.dropout=0.0", "cycles.bn-group=1024"
    };
    TinyData.write(
        folder.resolve("data-1101").toString(),
        spark.hadoopConfiguration(),
        TinyData.settings("cycles.long=false", "cycles.short=false", "clip.jitter=[32,32]"),
        1101,
        new TinyData.Shape(1, 1));
    Outcome one = train("one", 1101, MANY, and(still, "workers=1", "engine.name=local"));
    assertThat(one.losses).hasSize(3).doesNotHaveDuplicates();
    assertSame(train("all", 1101, MANY, still), one);
  }

  private static String[] and(String[] some, String... more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
  }
}

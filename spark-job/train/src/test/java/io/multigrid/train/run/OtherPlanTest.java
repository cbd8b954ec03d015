package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going on with another batch: by epochs, not by numbers of iterations. */
class OtherPlanTest {
  /** Six iterations an epoch with a batch of eight, three with one of sixteen. */
  private static final List<String> PLAIN =
      List.of("cycles.long=false", "cycles.short=false", "solver.epochs=6", "solver.steps=[0,4]");

  @TempDir static Path folder;
  private static JavaSparkContext spark;
  private static Dataset data;

  @BeforeAll
  static void prepare() throws IOException {
    spark = Sparks.forTraining("test", TrainSettings.from(TinyData.settings()));
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 48);
    data = Dataset.open(uri, spark.hadoopConfiguration());
    train("whole", Trainer.Start.FRESH);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static String train(String name, Trainer.Start start, String... sets) throws IOException {
    List<String> all = new ArrayList<>(PLAIN);
    all.addAll(List.of(sets));
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      new Trainer(
              spark, RunSettings.from(TinyData.settings(all.toArray(String[]::new))), data, name)
          .run(folder.resolve(name).toString(), start);
    } finally {
      System.setErr(err);
    }
    return told.toString(StandardCharsets.UTF_8);
  }

  private static Path checkpoints(String run) {
    return folder.resolve(run).resolve("checkpoints");
  }

  private static String name(long iteration) {
    return "iteration-%09d".formatted(iteration);
  }

  /** A run that was killed after a checkpoint, two iterations later. */
  private static void interrupted(String run, long... iterations) throws IOException {
    for (long iteration : iterations) {
      copy(
          checkpoints("whole").resolve(name(iteration)), checkpoints(run).resolve(name(iteration)));
    }
    long last = iterations[iterations.length - 1] + 2;
    List<String> lines =
        Files.readAllLines(folder.resolve("whole/metrics.jsonl")).subList(0, (int) last);
    Files.write(folder.resolve(run).resolve("metrics.jsonl"), lines);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName().toString()));
      }
    }
  }

  private static List<JsonNode> iterations(String run) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.get("event").asText().equals("iteration")) {
        found.add(event);
      }
    }
    return found;
  }

  private static List<Integer> epochs(String run) throws IOException {
    return iterations(run).stream().map(line -> line.get("epoch").asInt()).toList();
  }

  private static List<String> held(Path folder) throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theEpochGoesOnAtItsNearestIteration() throws IOException {
    interrupted("larger", 12, 14);
    String said = train("larger", Trainer.Start.RESUME_CHANGED, "batch=16");
    assertThat(said)
        .contains("going on after 7 of 18 iterations, from ")
        .contains(
            "the plan is another one, so iterations have other numbers: 7 are done instead of 14,"
                + " which is epoch 3 of 6, 1 of its 3 iterations; no clip comes again or is left"
                + " out; checkpoints by the numbers before are in ");
    assertThat(epochs("larger"))
        .isEqualTo(
            List.of(0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5));
    List<JsonNode> lines = iterations("larger");
    assertThat(lines.get(13).get("iteration").asInt()).isEqualTo(13);
    assertThat(lines.get(14).get("iteration").asInt()).isEqualTo(7);
    assertThat(lines.get(14).get("batch").asInt()).isEqualTo(16);
    assertThat(held(checkpoints("larger")))
        .containsExactly(
            "earlier-1", name(7), name(8), name(10), name(12), name(14), name(16), name(18));
    assertThat(held(checkpoints("larger").resolve("earlier-1")))
        .containsExactly(name(12), name(14));
    againByTheSamePlan();
  }

  /** From a checkpoint by the new numbers, to the bit and with the same metrics. */
  private static void againByTheSamePlan() throws IOException {
    Path again = checkpoints("again");
    copy(checkpoints("larger").resolve(name(8)), again.resolve(name(8)));
    Files.copy(
        folder.resolve("larger/metrics.jsonl"), folder.resolve("again").resolve("metrics.jsonl"));
    assertThat(train("again", Trainer.Start.RESUME, "batch=16"))
        .contains("going on after 8 of 18 iterations, from ")
        .doesNotContain("another one");
    assertThat(epochs("again")).isEqualTo(epochs("larger"));
    assertThat(folder.resolve("again/model.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("larger/model.safetensors"));
  }

  @Test
  void whatComesAgainIsTold() throws IOException {
    interrupted("between", 16);
    String said = train("between", Trainer.Start.RESUME_CHANGED, "batch=24", "cycles.bn-group=6");
    assertThat(said)
        .contains("1 of its 2 iterations; 8 clips come again; ")
        .contains("going on after 5 of 12 iterations");
  }

  /** Numbers that stay the same need no other checkpoint. */
  @Test
  void whatChangesNoNumberGoesOnAsBefore() throws IOException {
    interrupted("seed", 14);
    String said = train("seed", Trainer.Start.RESUME_CHANGED, "solver.learning-rate=0.01");
    assertThat(said).contains("going on after 14 of 36 iterations").doesNotContain("another one");
    assertThat(iterations("seed")).hasSize(36);
  }
}

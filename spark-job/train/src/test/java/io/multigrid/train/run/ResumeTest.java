package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.ConfigurationException;
import io.multigrid.models.SafeTensors;
import io.multigrid.schedules.BatchNorm;
import io.multigrid.schedules.Plan;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.DataException;
import io.multigrid.train.StoppedException;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that end before their time, in one JVM, and what goes on from their checkpoints. */
class ResumeTest {
  private static final String MODEL = "model.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static JavaSparkContext spark;
  private static Dataset data;
  @TempDir static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    spark = Sparks.forTraining("test", TrainSettings.from(TinyData.settings("engine.executors=3")));
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 48);
    data = Dataset.open(uri, spark.hadoopConfiguration());
    train("whole", Trainer.Start.FRESH);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** What training says on the way. */
  private static String train(String name, Trainer.Start start, String... sets) throws IOException {
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      new Trainer(spark, RunSettings.from(TinyData.settings(sets)), data, name)
          .run(folder.resolve(name).toString(), start);
    } finally {
      System.setErr(err);
    }
    return told.toString(StandardCharsets.UTF_8);
  }

  /** A folder with some checkpoints of the undisturbed run, and its metrics, but no model. */
  private static void interrupted(String name, long... iterations) throws IOException {
    interruptedOf("whole", name, iterations);
  }

  private static void interruptedOf(String run, String name, long... iterations)
      throws IOException {
    for (long iteration : iterations) {
      Path to = Files.createDirectories(checkpoint(name, iteration));
      try (Stream<Path> files = Files.list(checkpoint(run, iteration))) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName().toString()));
        }
      }
    }
    Files.copy(
        folder.resolve(run).resolve("metrics.jsonl"),
        folder.resolve(name).resolve("metrics.jsonl"));
  }

  private static Path checkpoint(String run, long iteration) {
    return folder.resolve(run).resolve("checkpoints/iteration-%09d".formatted(iteration));
  }

  private static List<Long> checkpoints(String run) throws IOException {
    try (Stream<Path> list = Files.list(folder.resolve(run).resolve("checkpoints"))) {
      return list.map(p -> Long.parseLong(p.getFileName().toString().replaceAll("\\D", "")))
          .sorted()
          .toList();
    }
  }

  private static byte[] model(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name).resolve(MODEL));
  }

  private static void assertSameModel(String name) throws IOException {
    assertThat(Arrays.mismatch(model(name), model("whole")))
        .as("first byte that differs")
        .isEqualTo(-1);
  }

  private static Map<String, SafeTensors.Values> tensors(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SafeTensors.read(in, file.toString(), Files.size(file)).tensors();
    }
  }

  private static List<String> lines(String name, String event) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("\"event\":\"" + event + "\""))
        .toList();
  }

  private static double top1(Path checkpoint) throws IOException {
    Path file = checkpoint.resolve("evaluation.json");
    return Files.exists(file) ? JSON.readTree(file.toFile()).get("top1").asDouble() : Double.NaN;
  }

  @Test
  void endsTheSameToTheBitFromEveryCheckpoint() throws IOException {
    Plan plan = new Trainer(spark, RunSettings.from(TinyData.settings()), data, "plan").plan();
    List<Long> all = checkpoints("whole");
    assertThat(all).hasSizeGreaterThan(5).endsWith(plan.iterations());
    assertThat(all.subList(0, all.size() - 1))
        .as("some within an epoch")
        .anySatisfy(i -> assertThat(plan.iteration(i).iterationInEpoch()).isPositive());
    assertThat(plan.stages())
        .extracting(s -> s.batchNorm().kind())
        .contains(BatchNorm.Kind.SPLIT, BatchNorm.Kind.SYNC);
    for (long iteration : all) {
      String name = "from-" + iteration;
      interrupted(name, iteration);
      assertThat(train(name, Trainer.Start.RESUME))
          .contains("going on after %d of %d iterations".formatted(iteration, plan.iterations()));
      assertSameModel(name);
      assertThat(lines(name, "iteration")).hasSize((int) plan.iterations());
      assertThat(lines(name, "evaluation")).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "wider, engine.executors=2",
    "by-ranks, engine.name=collective",
    "by-the-judge, engine.name=local"
  })
  void goesOnWithAnotherEngineOrNumberOfExecutors(String name, String set) throws IOException {
    interrupted(name, checkpoints("whole").get(2));
    train(name, Trainer.Start.RESUME, set);
    assertNearlySameModel(name, "whole");
  }

  @Test
  void goesOnFromTheCheckpointOfAnotherEngine() throws IOException {
    train("ranks", Trainer.Start.FRESH, "engine.name=collective", "engine.executors=2");
    interruptedOf("ranks", "after-ranks", checkpoints("ranks").get(2));
    train("after-ranks", Trainer.Start.RESUME);
    assertNearlySameModel("after-ranks", "ranks");
  }

  private static void assertNearlySameModel(String name, String undisturbed) throws IOException {
    Map<String, SafeTensors.Values> whole = tensors(folder.resolve(undisturbed).resolve(MODEL));
    tensors(folder.resolve(name).resolve(MODEL))
        .forEach(
            (tensor, values) ->
                assertThat(values.values())
                    .as(tensor)
                    .containsExactly(whole.get(tensor).values(), within(1e-5f)));
  }

  @ParameterizedTest
  @CsvSource({
    "model.safetensors, cut, model.safetensors",
    "optimizer.safetensors, flip, optimizer.safetensors has SHA-256",
    "checkpoint.json, flip, checkpoint.json has SHA-256",
    "SHA256SUMS, cut, SHA256SUMS is cut off",
    "SHA256SUMS, remove, there is no SHA256SUMS"
  })
  void takesTheCheckpointBeforeATornOneAndSaysSo(String file, String damage, String told)
      throws IOException {
    List<Long> all = checkpoints("whole");
    String name = "torn-" + file + "-" + damage;
    interrupted(name, all.get(2), all.get(3));
    Path torn = checkpoint(name, all.get(3)).resolve(file);
    byte[] bytes = Files.readAllBytes(torn);
    // Hadoop's own checksums of local files would notice first.
    Files.deleteIfExists(torn.resolveSibling("." + file + ".crc"));
    switch (damage) {
      case "cut" -> Files.write(torn, Arrays.copyOf(bytes, bytes.length - 40));
      case "flip" -> {
        bytes[bytes.length / 2] ^= 1;
        Files.write(torn, bytes);
      }
      default -> Files.delete(torn);
    }
    assertThat(train(name, Trainer.Start.RESUME))
        .contains("Cannot use checkpoint ")
        .contains("iteration-%09d: %s".formatted(all.get(3), told))
        .contains("looking at the checkpoint before")
        .contains("going on after " + all.get(2) + " of ");
    assertSameModel(name);
  }

  @Test
  void refusesWhenNoCheckpointIsWhole() throws IOException {
    long first = checkpoints("whole").get(0);
    interrupted("broken", first);
    Files.delete(checkpoint("broken", first).resolve("SHA256SUMS"));
    assertThatThrownBy(() -> train("broken", Trainer.Start.RESUME))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("broken/checkpoints: no checkpoint is whole: Cannot use checkpoint");
  }

  @Test
  void refusesAChangedRecipeUnlessToldOtherwise() throws IOException {
    interrupted("changed", checkpoints("whole").get(1));
    String[] changed = {"seed=7", "solver.epochs=10", "feed.threads=2"};
    assertThatThrownBy(() -> train("changed", Trainer.Start.RESUME, changed))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
--set: multigrid.seed = 7: the checkpoint has 1; give back the old value, or add --accept-changes to go on with the new one
--set: multigrid.solver.epochs = 10: the checkpoint has 8; give back the old value, or add --accept-changes to go on with the new one""");
    train("changed", Trainer.Start.RESUME_CHANGED, changed);
    assertThat(Arrays.equals(model("changed"), model("whole"))).isFalse();
  }

  @Test
  void refusesAnotherDataSetAndAPlanThatIsOver() throws IOException {
    List<Long> all = checkpoints("whole");
    interrupted("other", all.get(all.size() - 1));
    String uri = folder.resolve("other-data").toString();
    TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 20);
    Dataset smaller = Dataset.open(uri, spark.hadoopConfiguration());
    Trainer trainer =
        new Trainer(
            spark, RunSettings.from(TinyData.settings("solver.epochs=6")), smaller, "other");
    assertThatThrownBy(() -> trainer.run(folder.resolve("other").toString(), Trainer.Start.RESUME))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("other-data: train videos = 20: the checkpoint has 48")
        .hasMessageContaining(
            "12 epochs and 0 iterations are done of a plan of 9 epochs; lengthen");
  }

  /** Of the same size, classes and revision, but other pictures. */
  @Test
  void refusesADataSetOfOtherContentUnlessToldTo() throws IOException {
    interrupted("alike", checkpoints("whole").get(0));
    String uri = folder.resolve("alike-data").toString();
    TinyData.write(
        uri, spark.hadoopConfiguration(), TinyData.settings(), 48, new TinyData.Shape(8, 1.5));
    Dataset alike = Dataset.open(uri, spark.hadoopConfiguration());
    String out = folder.resolve("alike").toString();
    Trainer trainer = new Trainer(spark, RunSettings.from(TinyData.settings()), alike, "alike");
    assertThatThrownBy(() -> trainer.run(out, Trainer.Start.RESUME))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "alike-data: content = %s: the checkpoint has %s with as many videos of the same classes; train on that data set, or add --accept-changes"
                .formatted(alike.fingerprint(), data.fingerprint()));
    assertThat(trainer.run(out, Trainer.Start.RESUME_CHANGED).iterations())
        .isEqualTo(trainer.plan().iterations());
  }

  @Test
  void doesNotTrainOverAnotherRun() {
    assertThatThrownBy(() -> train("whole", Trainer.Start.FRESH))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("whole: --out: holds a run of ")
        .hasMessageContaining(
            "add --resume to go on with it or --replace to delete it, or give another folder");
  }

  @Test
  void aFinishedRunWithoutCheckpointsIsNotOverwrittenUnlessTold() throws IOException {
    String[] off = {"checkpoint.every-iterations=0", "solver.epochs=6"};
    train("off", Trainer.Start.FRESH, off);
    for (Trainer.Start start : List.of(Trainer.Start.FRESH, Trainer.Start.RESUME)) {
      assertThatThrownBy(() -> train("off", start, off))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("off: --out: holds the model of a run without checkpoints")
          .hasMessageContaining("add --replace to delete it, or give another folder");
    }
    byte[] before = model("off");
    train(
        "off", Trainer.Start.REPLACE, "checkpoint.every-iterations=0", "solver.epochs=6", "seed=3");
    assertThat(Arrays.equals(model("off"), before)).isFalse();
  }

  @Test
  void aFolderBelongsToOneTrainingAtATime() throws IOException {
    Path out = folder.resolve("owned");
    try (RunFolder mine =
        RunFolder.take(
            out.toString(), spark.hadoopConfiguration(), 1, Patience.NONE, System.err::println)) {
      assertThatThrownBy(() -> train("owned", Trainer.Start.FRESH))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("owned: --out: belongs to a training that runs: process ");
      assertThat(mine.finished()).isFalse();
    }
    assertThat(out).isEmptyDirectory();
    assertThat(folder.resolve("whole/owner.json")).doesNotExist();
  }

  /** Where a checkpoint was being replaced when the process ended. */
  @Test
  void aCheckpointThatSteppedAsideComesBack() throws IOException {
    long third = checkpoints("whole").get(2);
    interrupted("aside", third);
    Path path = checkpoint("aside", third);
    Files.move(path, path.resolveSibling("." + path.getFileName() + ".replaced"));
    assertThat(train("aside", Trainer.Start.RESUME)).contains("going on after " + third + " of ");
    assertSameModel("aside");
  }

  @Test
  void startsAtTheBeginningWhereThereIsNoCheckpoint() throws IOException {
    assertThat(train("none", Trainer.Start.RESUME, "checkpoint.every-iterations=0"))
        .contains("there is no checkpoint in ");
    assertThat(folder.resolve("none/checkpoints")).doesNotExist();
    assertThat(lines("none", "iteration")).hasSameSizeAs(lines("whole", "iteration"));
  }

  @Test
  void keepsTheNewestAndTheBest() throws IOException {
    train("pruned", Trainer.Start.FRESH, "checkpoint.keep=2", "evaluate.every-epochs=2");
    List<Long> all = checkpoints("whole");
    List<Long> kept = checkpoints("pruned");
    assertThat(kept).hasSizeBetween(2, 3).endsWith(all.get(all.size() - 1));
    List<Double> scores = new ArrayList<>();
    for (String line : lines("pruned", "evaluation")) {
      scores.add(JSON.readTree(line).get("top1").asDouble());
    }
    assertThat(scores).hasSizeGreaterThan(3);
    assertThat(kept)
        .anySatisfy(
            i -> assertThat(top1(checkpoint("pruned", i))).isEqualTo(Collections.max(scores)));
  }

  @Test
  void stopsAtALossThatIsNotANumberAndNamesTheLastGoodCheckpoint() throws IOException {
    assertThatThrownBy(
            () ->
                train(
                    "nan",
                    Trainer.Start.FRESH,
                    "solver.learning-rate=1e25",
                    "checkpoint.every-iterations=1"))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("so training has stopped; the last good checkpoint is ")
        .hasMessageContaining("lower solver.learning-rate or lengthen solver.warmup-epochs")
        .hasMessageEndingWith("go on from there with --resume --accept-changes, or start anew");
    assertThatThrownBy(
            () ->
                train(
                    "nan-at-once",
                    Trainer.Start.FRESH,
                    "solver.learning-rate=1e25",
                    "checkpoint.every-iterations=1000"))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("so training has stopped; there is no checkpoint yet; lower ")
        .hasMessageEndingWith("lengthen solver.warmup-epochs, and start anew");
    for (long iteration : checkpoints("nan")) {
      for (SafeTensors.Values values :
          tensors(checkpoint("nan", iteration).resolve(MODEL)).values()) {
        for (float value : values.values()) {
          assertThat(value).isFinite();
        }
      }
    }
  }

  @Test
  void saysWhatARunAndACheckpointHold() throws IOException {
    Configuration hadoop = spark.hadoopConfiguration();
    assertThat(RunDescription.of(hadoop, folder.resolve("whole").toString()).orElseThrow().text())
        .contains("model.safetensors: ")
        .containsPattern(
            "iteration-000000015: 15 iterations done, .*accuracy [01]\\.\\d+ \\(the best\\)");
    interrupted("damaged", 4);
    String one = checkpoint("damaged", 4).toString();
    assertThat(RunDescription.of(hadoop, one).orElseThrow().text())
        .contains("4 iterations done, epoch ")
        .contains("4 workers; data ")
        .contains(
            "revision 1, 48 videos; written by 0.1.0-SNAPSHOT; every byte is as it was written");
    Path file = checkpoint("damaged", 4).resolve("optimizer.safetensors");
    Files.deleteIfExists(file.resolveSibling(".optimizer.safetensors.crc"));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> RunDescription.of(hadoop, one))
        .hasMessageContaining("optimizer.safetensors has SHA-256 ");
    assertThat(RunDescription.of(hadoop, folder.resolve("data").toString())).isEmpty();
  }

  @Test
  void writesWhatPythonReads() throws Exception {
    long third = checkpoints("whole").get(2);
    String script =
        """
import hashlib, json, struct, sys
folder = sys.argv[1]
for line in open(folder + "/SHA256SUMS"):
    digest, name = line.split()
    assert hashlib.sha256(open(folder + "/" + name, "rb").read()).hexdigest() == digest, name
about = json.load(open(folder + "/checkpoint.json"))
data = open(folder + "/optimizer.safetensors", "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8:8 + length])
at = header["worker_statistics.s1.pathway0_stem.bn.running_mean"]
start, end = (8 + length + offset for offset in at["data_offsets"])
floats = struct.unpack("<%df" % ((end - start) // 4), data[start:end])
assert any(f != 0 for f in floats)
print(about["iteration"], about["settings"]["seed"], at["shape"],
      "momentum.head.projection.weight" in header)
""";
    Process python =
        new ProcessBuilder("python3", "-c", script, checkpoint("whole", third).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).isEqualTo(third + " 1 [4, 4] True\n");
  }
}

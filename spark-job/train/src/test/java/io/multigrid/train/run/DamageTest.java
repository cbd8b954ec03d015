package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.shard.Dataset;
import io.multigrid.train.DataException;
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

/** Shards of which bytes have changed since they were written. */
class DamageTest {
  @TempDir static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void prepare() throws IOException {
    spark = Sparks.forTraining("test", TrainSettings.from(TinyData.settings()));
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 48);
    TinyData.damage(folder.resolve("data"));
    String checked = folder.resolve("checked").toString();
    TinyData.write(checked, spark.hadoopConfiguration(), TinyData.settings(), 48);
    TinyData.checksum(folder.resolve("checked"));
    TinyData.damage(folder.resolve("checked"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** A rate at which training is no amplifier: rounding apart by 1e-7 stays below 1e-5. */
  private static final String RATE = "solver.learning-rate=0.001";

  private static void train(String name, String... sets) throws IOException {
    Dataset data = Dataset.open(folder.resolve("data").toString(), spark.hadoopConfiguration());
    String[] all = Stream.concat(Stream.of(RATE), Stream.of(sets)).toArray(String[]::new);
    new Trainer(spark, RunSettings.from(TinyData.settings(all)), data, name)
        .run(folder.resolve(name).toString(), Trainer.Start.FRESH);
  }

  @Test
  void aDamagedVideoIsNamedAndCountedAndTrainingGoesOnTheSameOnAnyExecutors() throws IOException {
    train("one", "feed.max-damaged=0.03");
    List<String> damage = damages("one");
    assertThat(damage).hasSize(1);
    assertThat(damage.get(0))
        .contains("\"path\":\"videos/0.mp4\"")
        .contains("Cannot read shard ")
        .contains("run inspect --verify, then prep again");
    train("two", "feed.max-damaged=0.03", "engine.executors=2", "feed.prefetch=1");
    assertThat(losses("two")).hasSameSizeAs(losses("one"));
    for (int i = 0; i < losses("one").size(); i++) {
      assertThat(losses("two").get(i)).isCloseTo(losses("one").get(i), within(1e-5));
    }
  }

  /** Damage that Hadoop would notice before we do is no failure that could pass. */
  @Test
  void damageThatHadoopsChecksumFilesNoticeIsTheSame() throws IOException {
    assertThat(folder.resolve("checked/shards")).isDirectoryContaining("glob:**.crc");
    run(folder.resolve("data"), "plain", RATE, "feed.max-damaged=0.03");
    run(folder.resolve("checked"), "noticed", RATE, "feed.max-damaged=0.03", "feed.patience=1");
    assertThat(damages("noticed"))
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).contains("\"path\":\"videos/0.mp4\""));
    assertThat(losses("noticed")).isEqualTo(losses("plain"));
  }

  /** Of 48 training and 8 validation videos, the first of each. */
  private static Path damagedEvaluation(String name) throws IOException {
    Path data = folder.resolve(name);
    TinyData.write(data.toString(), spark.hadoopConfiguration(), TinyData.settings(), 48);
    TinyData.damage(data, 48);
    return data;
  }

  private static String run(Path data, String name, String... sets) throws IOException {
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      Dataset opened = Dataset.open(data.toString(), spark.hadoopConfiguration());
      new Trainer(spark, RunSettings.from(TinyData.settings(sets)), opened, name)
          .run(folder.resolve(name).toString(), Trainer.Start.FRESH);
    } finally {
      System.setErr(err);
    }
    return told.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aDamagedValidationVideoIsNamedAndLeftOutWithinTheBudget() throws IOException {
    Path data = damagedEvaluation("data-within");
    String said = run(data, "within", "feed.max-damaged=0.13", "evaluate.every-epochs=6");
    assertThat(said)
        .containsOnlyOnce("damaged: videos/48.mp4: Cannot read shard ")
        .contains("validation accuracy ")
        .contains("% on 7 videos, without 1 damaged one (loss ");
    assertThat(damages("within")).hasSize(1);
    assertThat(damages("within").get(0)).contains("\"path\":\"videos/48.mp4\"");
    List<String> evaluations =
        Files.readAllLines(folder.resolve("within/metrics.jsonl")).stream()
            .filter(line -> line.contains("\"event\":\"evaluation\""))
            .toList();
    assertThat(evaluations)
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.contains("\"videos\":7,\"damaged\":1,"));
  }

  /** Neither what was trained is lost, nor a score given of whatever could be read. */
  @Test
  void moreDamagedValidationVideosThanTheBudgetEndARunThatHasItsModel() throws IOException {
    Path data = damagedEvaluation("data-beyond");
    assertThatThrownBy(() -> run(data, "beyond", "feed.max-damaged=0.12"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "data-beyond: 1 of 8 validation videos turned out to be damaged, at most 12.0 % may be"
                + " (feed.max-damaged): videos/48.mp4; run inspect --verify and prepare them again;"
                + " the model is in ")
        .hasMessageEndingWith("beyond, without a score");
    assertThat(folder.resolve("beyond/model.safetensors")).exists();
    assertThat(Files.readString(folder.resolve("beyond/metrics.jsonl")))
        .doesNotContain("\"event\":\"evaluation\"");
  }

  private static List<String> damages(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve("metrics.jsonl")).stream()
        .filter(line -> line.contains("\"event\":\"damage\""))
        .toList();
  }

  private static List<Double> losses(String name) throws IOException {
    List<Double> losses = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(name).resolve("metrics.jsonl"))) {
      if (line.contains("\"event\":\"iteration\"")) {
        losses.add(Double.parseDouble(line.replaceAll(".*\"loss\":([^,]*),.*", "$1")));
      }
    }
    return losses;
  }

  @Test
  void moreDamageThanTheBudgetEndsTrainingAndSaysWhatToDo() {
    assertThatThrownBy(() -> train("none", "feed.max-damaged=0.02"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "data: 1 of 48 training videos turned out to be damaged, at most 2.00 % may be"
                + " (feed.max-damaged): videos/0.mp4; run inspect --verify and prepare them again");
  }
}

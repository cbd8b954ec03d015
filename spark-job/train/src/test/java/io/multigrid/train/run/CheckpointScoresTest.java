package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.settings.ModelSettings;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A score and the model beside it belong together, to the last digit. */
class CheckpointScoresTest {
  @TempDir static Path folder;
  private static JavaSparkContext spark;
  private static Dataset data;

  @BeforeAll
  static void prepare() throws IOException {
    spark = Sparks.forTraining("test", TrainSettings.from(TinyData.settings()));
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 48);
    data = Dataset.open(uri, spark.hadoopConfiguration());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** With precise statistics, and with running ones. */
  @ParameterizedTest
  @ValueSource(ints = {4, 0})
  void evaluatingACheckpointGivesItsScore(int preciseBatches) throws IOException {
    Path out = folder.resolve("run-" + preciseBatches);
    Settings settings =
        TinyData.settings(
            "evaluate.every-epochs=4",
            "evaluate.views=2",
            "evaluate.precise-batches=" + preciseBatches);
    new Trainer(spark, RunSettings.from(settings), data, "run")
        .run(out.toString(), Trainer.Start.FRESH);
    List<Path> evaluated;
    try (Stream<Path> checkpoints = Files.list(out.resolve("checkpoints"))) {
      evaluated =
          checkpoints.filter(c -> Files.exists(c.resolve("evaluation.json"))).sorted().toList();
    }
    assertThat(evaluated).hasSize(3);
    for (Path checkpoint : evaluated) {
      JsonNode told = new ObjectMapper().readTree(checkpoint.resolve("evaluation.json").toFile());
      Evaluation found = evaluate(checkpoint);
      assertThat(found.loss()).as(checkpoint.toString()).isEqualTo(told.get("loss").asDouble());
      assertThat(found.top1()).isEqualTo(told.get("top1").asDouble());
      assertThat(found.videos()).isEqualTo(told.get("videos").asLong());
    }
    Path last = evaluated.get(2);
    assertThat(evaluate(out).loss()).isEqualTo(evaluate(last).loss());
    assertThat(out.resolve(ModelFile.NAME)).hasSameBinaryContentAs(last.resolve(ModelFile.NAME));
  }

  /** The local disk, which has no room for scores. */
  public static final class NoRoomForScores extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("noroom:///");
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int buffer,
        short replication,
        long block,
        Progressable progress)
        throws IOException {
      if (path.getName().contains("evaluation.json")) {
        throw new IOException("No space left on device");
      }
      return super.create(path, overwrite, buffer, replication, block, progress);
    }
  }

  @Test
  void storageWithoutRoomCostsTheScoreAndNotTheRun() throws IOException {
    spark.hadoopConfiguration().set("fs.noroom.impl", NoRoomForScores.class.getName());
    Path out = folder.resolve("run-without-scores");
    Trainer.Result result =
        new Trainer(
                spark, RunSettings.from(TinyData.settings("evaluate.every-epochs=4")), data, "run")
            .run("noroom://" + out, Trainer.Start.FRESH);
    assertThat(result.evaluation().videos()).isPositive();
    assertThat(out.resolve(ModelFile.NAME)).exists();
    try (Stream<Path> files = Files.walk(out.resolve("checkpoints"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("checkpoint.json")
          .doesNotContain("evaluation.json");
    }
  }

  private static Evaluation evaluate(Path model) throws IOException {
    ModelFile file = ModelFile.read(spark.hadoopConfiguration(), model.toString());
    Settings settings =
        ModelSettings.read(
                file.name(), file.settings(), Optional.empty(), List.of(), System.err::println)
            .settings();
    return Trainer.evaluate(
        spark, RunSettings.from(settings), data, file, Optional.empty(), System.err::println);
  }
}

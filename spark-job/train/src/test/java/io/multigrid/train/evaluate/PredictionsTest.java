package io.multigrid.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of predictions, the same to the last bit however many tasks made it. */
class PredictionsTest {
  private static JavaSparkContext spark;
  private static Dataset data;
  @TempDir static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    spark = Sparks.forTraining("test", TrainSettings.from(TinyData.settings()));
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, spark.hadoopConfiguration(), TinyData.settings(), 24);
    data = Dataset.open(uri, spark.hadoopConfiguration());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void oneRowAVideoWhateverTheNumberOfTasks() throws IOException {
    Path csv = folder.resolve("rows.csv");
    write(csv.toString(), "engine.executors=3");
    List<String> lines = Files.readAllLines(csv);
    Path other = folder.resolve("other.csv");
    write(other.toString(), "engine.executors=1");
    assertThat(Files.readAllLines(other)).isEqualTo(lines);
    assertThat(lines).hasSize(1 + data.size(Split.TRAIN));
    assertThat(lines.get(0))
        .isEqualTo("path,labels,predicted,score " + String.join(",score ", data.classes()));
    for (int video = 0; video < data.size(Split.TRAIN); video++) {
      assertThat(lines.get(1 + video)).startsWith(data.video(Split.TRAIN, video).path() + ",");
    }

    String parquet = folder.resolve("rows.parquet").toString();
    write(parquet, "engine.executors=3");
    List<Row> rows =
        SparkSession.builder()
            .sparkContext(spark.sc())
            .getOrCreate()
            .read()
            .parquet(parquet)
            .orderBy("path")
            .collectAsList();
    assertThat(rows).hasSize(data.size(Split.TRAIN));
    assertThat(rows.get(0).getList(3)).hasSize(data.classes().size());
  }

  @Test
  void theBestOfTheViewsOrTheirMean() {
    List<Prediction> mean = predict("evaluate.views=3", "evaluate.combine=mean");
    List<Prediction> max = predict("evaluate.views=3", "evaluate.combine=max");
    for (int v = 0; v < mean.size(); v++) {
      for (int c = 0; c < mean.get(v).scores().length; c++) {
        assertThat(max.get(v).scores()[c]).isGreaterThanOrEqualTo(mean.get(v).scores()[c] - 1e-6f);
      }
    }
    assertThat(predict("evaluate.sampling=ssv2")).hasSameSizeAs(mean);
  }

  @Test
  void windowsOfTheTrainingCropAreScoredOneByOne() {
    String[] larger = {"evaluate.crop=64", "evaluate.short-side=64", "evaluate.pooling=clip"};
    List<Prediction> clip = predict(larger);
    larger[2] = "evaluate.pooling=windows";
    List<Prediction> windows = predict(larger);
    assertThat(scores(windows)).isNotEqualTo(scores(clip));
    for (Prediction prediction : windows) {
      assertThat(prediction.scores()[0] + prediction.scores()[1]).isCloseTo(1, within(1e-5f));
    }
    // At the training crop there is one window, the clip.
    assertThat(scores(predict("evaluate.pooling=windows"))).isEqualTo(scores(predict()));
    assertThatThrownBy(() -> predict("evaluate.pooling=windows", "evaluate.crop=30"))
        .hasMessageContaining(
            "evaluate.crop = 30: must be at least clip.crop = 32 with evaluate.pooling = windows");
  }

  private static List<String> scores(List<Prediction> predictions) {
    return predictions.stream().map(prediction -> Arrays.toString(prediction.scores())).toList();
  }

  private static List<Prediction> predict(String... sets) {
    List<Prediction> all = new ArrayList<>();
    evaluate(
        predictions -> predictions.scored().collect().forEach(v -> all.add(v.prediction())), sets);
    return all;
  }

  private static void write(String uri, String... sets) {
    evaluate(
        predictions -> {
          try {
            predictions.write(spark, uri);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        sets);
  }

  private static void evaluate(Consumer<Predictions> use, String... sets) {
    TrainSettings train = TrainSettings.from(TinyData.settings(sets));
    Recipe recipe = Recipe.from(TinyData.settings(sets));
    HadoopSettings hadoop = HadoopSettings.of(spark.hadoopConfiguration());
    try (Network network = Network.create(recipe.model(), "cpu", 3)) {
      Evaluator.State state = new Evaluator.State(network.weights(), network.statistics());
      Trainer.evaluator(recipe, train, data, hadoop)
          .<RuntimeException>evaluate(
              spark, Split.TRAIN, state, (damaged, predictions) -> use.accept(predictions));
    }
  }
}

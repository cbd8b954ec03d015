package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.engine.Engines;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.VideoLabel;
import io.multigrid.train.ClusterException;
import io.multigrid.train.TinyData;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {
  @TempDir static Path folder;
  private static Dataset data;

  @BeforeAll
  static void prepare() throws IOException {
    TinyData.write(folder.toString(), new Configuration(), TinyData.settings(), 20);
    data = Dataset.open(folder.toString(), new Configuration());
  }

  private static SparkConf yarn() {
    SparkConf yarn =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.executor.instances", "2")
            .set("spark.executor.cores", "1")
            .set("spark.executor.memory", "1g")
            .set("spark.executor.memoryOverhead", "2g");
    Engines.byName("bigdl").sparkDefaults(Sparks.settings(yarn)).forEach(yarn::set);
    return yarn;
  }

  private static void check(SparkConf spark, String... sets) {
    Settings settings = TinyData.settings(sets);
    Recipe recipe = Recipe.from(settings);
    Preflight.check(
        spark, settings.recorded(), TrainSettings.from(settings), Plan.of(recipe, 20), data);
  }

  @Test
  void passesWhatFits() {
    assertThatCode(() -> check(yarn(), "engine.executors=2")).doesNotThrowAnyException();
  }

  @Test
  void listsEverythingThatDoesNotFitTogether() {
    SparkConf spark =
        yarn().set("spark.executor.memory", "100m").set("spark.executor.memoryOverhead", "50m");
    assertThatThrownBy(
            () -> check(spark, "engine.executors=3", "engine.threads=4", "engine.device=gpu"))
        .isInstanceOf(ClusterException.class)
        .hasMessageMatching(
            """
            (?s)the cluster does not fit the job:
              engine.executors = 3: must be at most 2, as 4 workers in groups of 2 stay together; take fewer executors or more workers
              spark.executor.instances = 2: must be 3, the executors of the job
              engine.device = gpu: spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount must be at least 1, and executors must have a discovery script or YARN's gpu resource
              spark.executor.memory = 100m: must be at least 2\\d\\dm for weights, gradients and their exchange, and the list of videos
              spark.executor.memoryOverhead = 50m: must be at least 6\\d\\dm for the network and its clips; leave it out to have it set
              engine.threads = 4: must be at most spark.executor.cores = 1""");
  }

  @Test
  void asksNothingOfSparkForAnEngineThatRunsWithoutIt() {
    SparkConf spark = new SparkConf(false).setMaster("yarn").set("spark.speculation", "true");
    assertThatCode(() -> check(spark, "engine.name=local")).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(spark, "engine.name=bigdl"))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("spark.speculation = true: must be false");
  }

  @Test
  void namesTheDevicesThatThereAre() {
    for (String device : List.of("cuda", "cuda:x", "GPU", "")) {
      assertThatThrownBy(() -> check(yarn(), "engine.device=\"" + device + "\""))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("engine.device = \"" + device + "\"")
          .hasMessageContaining("must be cpu, cuda:0 (or another number), or gpu");
    }
  }

  @Test
  void listsWhatIsWrongWithTheDataBesideWhatIsWrongWithTheCluster() {
    assertThatThrownBy(() -> check(yarn(), "engine.executors=1", "model.classes=5"))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("spark.executor.instances = 2: must be 1, the executors of the job")
        .hasMessageContaining("model.classes = 5: the data set has 2 classes");
    assertThatThrownBy(() -> check(yarn(), "engine.executors=2", "model.classes=5"))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void refusesVideosOfManyLabelsWhereOneIsLearnt(@TempDir Path many) throws IOException {
    TinyData.write(
        many.toString(),
        new Configuration(),
        TinyData.settings(),
        20,
        video ->
            video < 17
                ? List.of(VideoLabel.whole(0))
                : List.of(VideoLabel.whole(0), VideoLabel.whole(1)));
    Dataset labelled = Dataset.open(many.toString(), new Configuration());
    Settings settings = TinyData.settings();
    Recipe recipe = Recipe.from(settings);
    List<Problem> problems =
        Fit.problems(settings.recorded(), recipe, Plan.of(recipe, 20), labelled);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString())
        .contains("model.loss")
        .contains("takes one label a video; 3 have none or several, videos/")
        .contains("set model.loss = sigmoid");
    Settings sigmoid = TinyData.settings("model.loss=sigmoid");
    Recipe any = Recipe.from(sigmoid);
    assertThat(Fit.problems(sigmoid.recorded(), any, Plan.of(any, 20), labelled)).isEmpty();
  }

  /** 34 million parameters, 8 clips of 32 x 224 x 224 a worker: some GB, not some MB or TB. */
  @Test
  void estimatesSlowFast() {
    Memory memory = Memory.of(Settings.reference());
    assertThat(memory.heapMegabytes()).isBetween(1_000L, 2_000L);
    assertThat(memory.overheadMegabytes()).isBetween(5_000L, 40_000L);
  }
}

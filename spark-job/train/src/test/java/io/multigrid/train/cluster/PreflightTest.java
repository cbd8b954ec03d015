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
import io.multigrid.train.settings.RunSettings;
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

  /** As the README shows it, started on a machine of any number of cores. */
  @Test
  void theThreadsOfAnExecutorAreNotTheCoresOfTheDriver() {
    SparkConf spark =
        new SparkConf(false)
            .set("spark.master", "spark://HOST:7077")
            .set("spark.executor.cores", "4")
            .set("spark.cores.max", "8");
    Engines.byName("bigdl").sparkDefaults(Sparks.settings(spark)).forEach(spark::set);
    TrainSettings train =
        TrainSettings.from(TinyData.settings("engine.executors=2", "engine.threads=0"));
    assertThat(Threads.of(train, spark, 64)).hasValue(4);
    assertThat(Threads.of(train, spark, 1)).hasValue(4);
    SparkConf asked = new SparkConf(false).set("spark.master", "yarn");
    assertThat(Threads.of(train, asked, 64)).as("nobody knows yet").isEmpty();
    Sparks.executors(asked.set("spark.executor.cores", "3"), train, 64);
    assertThat(asked.get("spark.executorEnv.OMP_NUM_THREADS")).isEqualTo("3");
    assertThatCode(() -> check(spark, "engine.executors=2", "engine.threads=0"))
        .doesNotThrowAnyException();
  }

  @Test
  void executorsOfOneMachineShareItsCores() {
    SparkConf local = new SparkConf(false).set("spark.master", "local[8]");
    TrainSettings train =
        TrainSettings.from(TinyData.settings("engine.executors=2", "engine.threads=0"));
    assertThat(Threads.of(train, local, 8)).hasValue(4);
    assertThat(Threads.of(train, local, 1)).hasValue(1);
    assertThat(Threads.of(train.withThreads(3), local, 8)).hasValue(3);
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

  /** 30 views of 32 x 256 x 256 at once, by a network of 34 million parameters. */
  @Test
  void evaluationAsksForTheMemoryThatItsViewsNeed() {
    Memory memory = Memory.ofEvaluation(RunSettings.from(Settings.reference()));
    assertThat(memory.heapMegabytes()).isBetween(500L, 1_000L);
    assertThat(memory.overheadMegabytes()).isBetween(5_000L, 40_000L);
    SparkConf spark = Sparks.sized(new SparkConf(false), memory);
    assertThat(spark.get("spark.executor.memoryOverhead"))
        .isEqualTo(memory.overheadMegabytes() + "m");
  }

  @Test
  void refusesAnEvaluationThatDoesNotFit() {
    Settings settings = TinyData.settings("engine.executors=2");
    Recipe recipe = Recipe.from(settings);
    TrainSettings train = TrainSettings.from(settings);
    assertThatCode(() -> Preflight.evaluation(yarn(), recipe, train, data))
        .doesNotThrowAnyException();
    SparkConf small =
        yarn().set("spark.executor.memory", "100m").set("spark.executor.memoryOverhead", "50m");
    assertThatThrownBy(() -> Preflight.evaluation(small, recipe, train, data))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("spark.executor.memory = 100m: must be at least 2")
        .hasMessageContaining("spark.executor.memoryOverhead = 50m: must be at least 6");
  }

  @Test
  void countsTheMemoryOfTheDriver() {
    Recipe recipe = Recipe.from(TinyData.settings("model.width=64", "workers=4"));
    DriverMemory memory = DriverMemory.ofTraining(recipe, data);
    long weights = 4 * Memory.parameters(recipe.model());
    assertThat(memory.heapBytes()).isGreaterThan(10 * weights).isLessThan(20 * weights + (1 << 30));
    SparkConf spark = new SparkConf(false).set("spark.driver.maxResultSize", "1m");
    assertThat(memory.problems(spark, 100 << 20, 0))
        .satisfiesExactly(
            heap ->
                assertThat(heap)
                    .startsWith("the driver's heap = 100m: must be at least ")
                    .endsWith("set MULTIGRID_HEAP or --spark spark.driver.memory"),
            result ->
                assertThat(result)
                    .startsWith("spark.driver.maxResultSize = 1m: must be at least ")
                    .contains("raise it"));
    assertThat(memory.problems(new SparkConf(false), memory.heapBytes(), 0)).isEmpty();
    assertThat(memory.problems(new SparkConf(false), memory.heapBytes(), 1)).hasSize(1);
  }

  /** 34 million parameters, 8 clips of 32 x 224 x 224 a worker: some GB, not some MB or TB. */
  @Test
  void estimatesSlowFast() {
    Memory memory = Memory.of(RunSettings.from(Settings.reference()));
    assertThat(memory.heapMegabytes()).isBetween(1_000L, 2_000L);
    assertThat(memory.overheadMegabytes()).isBetween(5_000L, 40_000L);
  }
}

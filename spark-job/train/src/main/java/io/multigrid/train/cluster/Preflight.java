package io.multigrid.train.cluster;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Recorded;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.Engines;
import io.multigrid.engine.SparkMaster;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.train.ClusterException;
import io.multigrid.train.settings.TrainSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/** Whether recipe, data and cluster fit each other, before anything runs. */
public final class Preflight {
  private Preflight() {}

  /**
   * @throws ClusterException listing everything that does not fit, if some of it is the cluster's
   * @throws ConfigurationException listing everything that does not fit otherwise
   */
  public static void check(
      SparkConf spark, Recorded settings, TrainSettings train, Plan plan, Dataset data) {
    List<Problem> own = Fit.problems(settings, plan.recipe(), plan, data);
    List<String> cluster = cluster(spark, train, plan);
    if (own.isEmpty()) {
      Memory executor = Memory.of(plan, train);
      if (Engines.byName(train.engine().name()).onSpark()) {
        memory(cluster, spark, executor.withHeap(data.heapBytes()));
        threads(cluster, spark, train);
      }
      DriverMemory driver = DriverMemory.ofTraining(plan.recipe(), data);
      driver(cluster, spark, driver, executor.computingBytes() * train.executors());
    }
    if (!cluster.isEmpty()) {
      own.forEach(problem -> cluster.add(problem.toString()));
      throw new ClusterException(cluster);
    }
    if (!own.isEmpty()) {
      throw new ConfigurationException(own);
    }
  }

  private static List<String> cluster(SparkConf spark, TrainSettings train, Plan plan) {
    List<String> problems = new ArrayList<>();
    int group = plan.workersPerGroup();
    int most = plan.recipe().workers() / group;
    if (train.executors() > most) {
      problems.add(
          "engine.executors = %s: must be at most %s, as %s workers in groups of %s stay together; take fewer executors or more workers"
              .formatted(train.executors(), most, plan.recipe().workers(), group));
    }
    EngineProvider engine = Engines.byName(train.engine().name());
    if (!engine.onSpark()) {
      return problems;
    }
    problems.addAll(engine.sparkProblems(Sparks.settings(spark), train.executors()));
    if (train.device().equals(TrainSettings.ASSIGNED_GPU)
        && (spark.getInt("spark.executor.resource.gpu.amount", 0) < 1
            || spark.getInt("spark.task.resource.gpu.amount", 0) < 1)) {
      problems.add(
          "engine.device = gpu: spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount must be at least 1, and executors must have a discovery script or YARN's gpu resource");
    }
    return problems;
  }

  private static SparkMaster master(SparkConf spark) {
    return new SparkMaster(spark.get("spark.master", ""));
  }

  /**
   * The same for an evaluation of a model.
   *
   * @throws ClusterException listing everything that does not fit
   */
  public static void evaluation(SparkConf spark, Recipe recipe, TrainSettings train, Dataset data) {
    List<String> problems = new ArrayList<>();
    Memory executor = Memory.ofEvaluation(recipe, train);
    memory(problems, spark, executor.withHeap(data.heapBytes()));
    DriverMemory driver = DriverMemory.ofEvaluation(recipe, data);
    driver(problems, spark, driver, executor.computingBytes() * train.executors());
    if (!problems.isEmpty()) {
      throw new ClusterException(problems);
    }
  }

  private static void driver(
      List<String> problems, SparkConf spark, DriverMemory memory, long executors) {
    long heap = Runtime.getRuntime().maxMemory();
    problems.addAll(memory.problems(spark, heap, master(spark).isLocal() ? executors : 0));
  }

  private static void memory(List<String> problems, SparkConf spark, Memory memory) {
    if (master(spark).isLocal()) {
      return; // executors live in the driver
    }
    long heap = spark.getSizeAsMb("spark.executor.memory", "1g");
    if (heap < memory.heapMegabytes()) {
      problems.add(
          "spark.executor.memory = %sm: must be at least %sm for weights, gradients and their exchange, and the list of videos"
              .formatted(heap, memory.heapMegabytes()));
    }
    if (!master(spark).countsExecutors()) {
      return; // no other manager has a limit for what is beside the heap
    }
    double factor = spark.getDouble("spark.executor.memoryOverheadFactor", 0.1);
    long overhead =
        spark.contains("spark.executor.memoryOverhead")
            ? spark.getSizeAsMb("spark.executor.memoryOverhead")
            : Math.max(384, (long) (factor * heap));
    if (overhead < memory.overheadMegabytes()) {
      problems.add(
          "spark.executor.memoryOverhead = %sm: must be at least %sm for the network and its clips; leave it out to have it set"
              .formatted(overhead, memory.overheadMegabytes()));
    }
  }

  private static void threads(List<String> problems, SparkConf spark, TrainSettings train) {
    int cores = spark.getInt("spark.executor.cores", 1);
    if (!master(spark).isLocal() && train.threads() > cores) {
      problems.add(
          "engine.threads = %s: must be at most spark.executor.cores = %s"
              .formatted(train.threads(), cores));
    }
  }
}

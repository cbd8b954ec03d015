package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * The settings of Spark that synchronous training stands or falls with, in one place: to set, and
 * to check.
 */
public final class SparkFit {
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+|\\*)(,\\s*\\d+)?]");

  private SparkFit() {}

  /** What is set where the user has not: a fixed set of executors that wait for each other. */
  public static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("spark.app.name", "multigrid");
    defaults.put("spark.speculation", "false");
    defaults.put("spark.dynamicAllocation.enabled", "false");
    defaults.put("spark.task.maxFailures", "1");
    defaults.put("spark.executorEnv.OMP_NUM_THREADS", "1");
    defaults.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    // A task away from its partition is an error, so there is no point in settling for another
    // executor.
    defaults.put("spark.locality.wait", "10min");
    // Training has a progress line of its own.
    defaults.put("spark.ui.showConsoleProgress", "false");
    return defaults;
  }

  private static Map<String, String> localDefaults() {
    return Map.of(
        "spark.ui.enabled", "false",
        "spark.driver.host", "127.0.0.1",
        "spark.driver.bindAddress", "127.0.0.1");
  }

  /**
   * Completes a configuration by {@link #defaults}, and by a few more where there is no cluster.
   */
  public static SparkConf configure(SparkConf conf) {
    defaults().forEach(conf::setIfMissing);
    if (isLocal(conf)) {
      localDefaults().forEach(conf::setIfMissing);
    }
    return conf;
  }

  private static boolean isLocal(SparkConf conf) {
    return conf.get("spark.master", "").startsWith("local");
  }

  /**
   * @throws EngineException listing every setting that does not fit
   */
  public static void check(SparkConf conf, int executors) {
    List<String> problems = problems(conf, executors);
    if (!problems.isEmpty()) {
      throw new EngineException("Spark does not fit the job:\n  " + String.join("\n  ", problems));
    }
  }

  /** One line a setting that does not fit: its value, what it must be, and why. */
  public static List<String> problems(SparkConf conf, int executors) {
    List<String> problems = new ArrayList<>();
    require(
        problems,
        conf,
        "spark.speculation",
        "false",
        "false",
        "a second copy of a task would step twice");
    require(
        problems,
        conf,
        "spark.dynamicAllocation.enabled",
        "false",
        "false",
        "executors hold training state");
    require(
        problems,
        conf,
        "spark.serializer",
        "org.apache.spark.serializer.JavaSerializer",
        "org.apache.spark.serializer.JavaSerializer",
        "BigDL's models travel by Java serialization");
    require(
        problems,
        conf,
        "spark.rdd.cache.visibilityTracking.enabled",
        "false",
        "false",
        "what iterations cache would not be found again");
    if (isLocal(conf)) {
      checkLocal(problems, conf, executors);
    } else {
      require(
          problems,
          conf,
          "spark.task.maxFailures",
          "4",
          "1",
          "a retried task would draw its clips twice");
      if (!conf.contains("spark.executorEnv.OMP_NUM_THREADS")) {
        problems.add(
            "spark.executorEnv.OMP_NUM_THREADS is not set: must be the threads of one executor's network,"
                + " or each takes every core of its machine");
      }
      checkExecutors(problems, conf, executors);
    }
    return problems;
  }

  private static void require(
      List<String> problems,
      SparkConf conf,
      String key,
      String otherwise,
      String value,
      String why) {
    String found = conf.get(key, otherwise);
    if (!found.equals(value)) {
      problems.add("%s = %s: must be %s; %s".formatted(key, found, value, why));
    }
  }

  private static void checkLocal(List<String> problems, SparkConf conf, int executors) {
    String master = conf.get("spark.master");
    Matcher local = LOCAL.matcher(master);
    if (!local.matches()) {
      problems.add(
          "spark.master = %s: must be local[%d] or with more cores".formatted(master, executors));
      return;
    }
    int cores =
        local.group(1).equals("*")
            ? Runtime.getRuntime().availableProcessors()
            : Integer.parseInt(local.group(1));
    if (cores < executors) {
      problems.add(
          "spark.master = %s: must have a core for each of %d executors"
              .formatted(master, executors));
    }
    if (local.group(2) != null) {
      problems.add(
          "spark.master = %s: must not name a number of failures; a retried task would draw its clips twice"
              .formatted(master));
    }
  }

  /**
   * Whether the cluster manager is asked for a number of executors, each with a limit on its
   * memory: YARN and Kubernetes. Others are asked for cores.
   */
  public static boolean countsExecutors(String master) {
    return master.startsWith("yarn") || master.startsWith("k8s");
  }

  private static void checkExecutors(List<String> problems, SparkConf conf, int executors) {
    String master = conf.get("spark.master", "");
    int cores = number(problems, conf, "spark.executor.cores", "cores of one executor");
    if (countsExecutors(master)) {
      int instances =
          number(problems, conf, "spark.executor.instances", "the executors of the job");
      if (instances != 0 && instances != executors) {
        problems.add(
            "spark.executor.instances = %d: must be %d, the executors of the job"
                .formatted(instances, executors));
      }
      return;
    }
    int total = number(problems, conf, "spark.cores.max", "cores of all executors");
    if (cores != 0 && total != 0 && total != cores * executors) {
      problems.add(
          "spark.cores.max = %d with spark.executor.cores = %d: must be %d, for %d executors"
              .formatted(total, cores, cores * executors, executors));
    }
  }

  private static int number(List<String> problems, SparkConf conf, String key, String meaning) {
    String value = conf.get(key, "");
    if (!value.matches("[1-9][0-9]{0,8}")) {
      problems.add(
          "%s %s: must be a number, %s"
              .formatted(key, value.isEmpty() ? "is not set" : "= " + value, meaning));
      return 0;
    }
    return Integer.parseInt(value);
  }
}

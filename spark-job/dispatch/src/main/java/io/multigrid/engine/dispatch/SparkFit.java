package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.SparkMaster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of Spark that synchronous training stands or falls with, in one place: to set, and
 * to check.
 */
public final class SparkFit {
  private static final Pattern LOCAL = Pattern.compile("local\\[(\\d+|\\*)(,\\s*\\d+)?]");

  private static final String JAVA_OPTIONS = "spark.executor.extraJavaOptions";

  private SparkFit() {}

  /**
   * A fixed set of executors that wait for each other, and that end when they are out of memory:
   * some thread of Spark's would have died, and whoever waits for it would wait for ever.
   *
   * @return what is to be set, as {@link EngineProvider#sparkDefaults} says
   */
  public static Map<String, String> defaults(Map<String, String> given) {
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
    if (SparkMaster.of(given).isLocal()) {
      defaults.put("spark.ui.enabled", "false");
      defaults.put("spark.driver.host", "127.0.0.1");
      defaults.put("spark.driver.bindAddress", "127.0.0.1");
    }
    defaults.keySet().removeAll(given.keySet());
    if (!SparkMaster.of(given).isLocal() && !saysWhatToDoWithoutMemory(given)) {
      String options = given.getOrDefault(JAVA_OPTIONS, "");
      defaults.put(JAVA_OPTIONS, (options + " -XX:+ExitOnOutOfMemoryError").trim());
    }
    return defaults;
  }

  private static boolean saysWhatToDoWithoutMemory(Map<String, String> given) {
    return Stream.of(JAVA_OPTIONS, "spark.executor.defaultJavaOptions")
        .anyMatch(key -> given.getOrDefault(key, "").contains("OnOutOfMemoryError"));
  }

  /**
   * @throws EngineException listing every setting that does not fit, if there is one
   */
  static void check(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new EngineException("Spark does not fit the job:\n  " + String.join("\n  ", problems));
    }
  }

  /** One line a setting that does not fit: its value, what it must be, and why. */
  public static List<String> problems(Map<String, String> spark, int executors) {
    List<String> problems = new ArrayList<>();
    require(
        problems,
        spark,
        "spark.speculation",
        "false",
        "false",
        "a second copy of a task would step twice");
    require(
        problems,
        spark,
        "spark.dynamicAllocation.enabled",
        "false",
        "false",
        "executors hold training state");
    if (SparkMaster.of(spark).isLocal()) {
      checkLocal(problems, spark, executors);
    } else {
      require(
          problems,
          spark,
          "spark.task.maxFailures",
          "4",
          "1",
          "a retried task would draw its clips twice");
      if (!spark.containsKey("spark.executorEnv.OMP_NUM_THREADS")) {
        problems.add(
            "spark.executorEnv.OMP_NUM_THREADS is not set: must be the threads of one executor's network,"
                + " or each takes every core of its machine");
      }
      checkExecutors(problems, spark, executors);
    }
    return problems;
  }

  /**
   * Adds a line if a setting has another value than it must have.
   *
   * @param otherwise what it is if nobody sets it
   */
  public static void require(
      List<String> problems,
      Map<String, String> spark,
      String key,
      String otherwise,
      String value,
      String why) {
    String found = spark.getOrDefault(key, otherwise);
    if (!found.equals(value)) {
      problems.add("%s = %s: must be %s; %s".formatted(key, found, value, why));
    }
  }

  private static void checkLocal(List<String> problems, Map<String, String> spark, int executors) {
    String master = spark.get("spark.master");
    Matcher local = LOCAL.matcher(master);
    if (!local.matches()) {
      problems.add(
          "spark.master = %s: must be local[%s] or with more cores".formatted(master, executors));
      return;
    }
    int cores =
        local.group(1).equals("*")
            ? Runtime.getRuntime().availableProcessors()
            : Integer.parseInt(local.group(1));
    if (cores < executors) {
      problems.add(
          "spark.master = %s: must have a core for each of %s executors"
              .formatted(master, executors));
    }
    if (local.group(2) != null) {
      problems.add(
          "spark.master = %s: must not name a number of failures; a retried task would draw its clips twice"
              .formatted(master));
    }
  }

  private static void checkExecutors(
      List<String> problems, Map<String, String> spark, int executors) {
    int cores = number(problems, spark, "spark.executor.cores", "cores of one executor");
    if (SparkMaster.of(spark).countsExecutors()) {
      int instances =
          number(problems, spark, "spark.executor.instances", "the executors of the job");
      if (instances != 0 && instances != executors) {
        problems.add(
            "spark.executor.instances = %s: must be %s, the executors of the job"
                .formatted(instances, executors));
      }
      return;
    }
    int total = number(problems, spark, "spark.cores.max", "cores of all executors");
    if (cores != 0 && total != 0 && total != cores * executors) {
      problems.add(
          "spark.cores.max = %s with spark.executor.cores = %s: must be %s, for %s executors"
              .formatted(total, cores, cores * executors, executors));
    }
  }

  private static int number(
      List<String> problems, Map<String, String> spark, String key, String meaning) {
    String value = spark.getOrDefault(key, "");
    if (!value.matches("[1-9][0-9]{0,8}")) {
      problems.add(
          "%s %s: must be a number, %s"
              .formatted(key, value.isEmpty() ? "is not set" : "= " + value, meaning));
      return 0;
    }
    return Integer.parseInt(value);
  }
}

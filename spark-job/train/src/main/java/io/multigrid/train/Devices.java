package io.multigrid.train;

import io.multigrid.models.Network;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;

/** Which device a network computes on. */
final class Devices {
  /** What a setting may say. */
  static final String NAMES = "cpu|gpu|cuda:\\d{1,3}";

  /** The setting that stands for the GPU that Spark gave to the executor. */
  static final String ASSIGNED = "gpu";

  private static final String NONE_NEEDED = "cpu";

  private Devices() {}

  /**
   * The device of a setting, in the words of libtorch. In a task of Spark's.
   *
   * @param setting {@code cpu}, {@code cuda:0}, or {@code gpu} for the one that Spark assigned
   */
  static String of(String setting) {
    if (!setting.equals(ASSIGNED)) {
      return setting;
    }
    TaskContext task = TaskContext.get();
    return of(task == null ? Map.of() : task.resourcesJMap());
  }

  private static String of(Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get(ASSIGNED);
    if (gpu == null || gpu.addresses().length == 0) {
      throw new IllegalStateException(
          "engine.device = gpu: Spark assigned none; set spark.executor.resource.gpu.amount = 1,"
              + " spark.task.resource.gpu.amount = 1 and spark.executor.resource.gpu.discoveryScript");
    }
    return "cuda:" + gpu.addresses()[0];
  }

  /**
   * Asks executors whether they can compute on the device of a setting.
   *
   * @throws ClusterException with the answer of every executor that cannot
   */
  static void check(JavaSparkContext spark, String setting, int executors) {
    if (setting.equals(NONE_NEEDED)) {
      return;
    }
    List<Integer> tasks = IntStream.range(0, executors).boxed().toList();
    List<String> problems =
        spark.parallelize(tasks, executors).map(task -> problem(setting)).distinct().collect();
    List<String> real = problems.stream().filter(problem -> !problem.isEmpty()).sorted().toList();
    if (!real.isEmpty()) {
      throw new ClusterException(real);
    }
  }

  /** Empty if there is none. */
  private static String problem(String setting) {
    Optional<String> problem;
    try {
      problem = Network.refusal(of(setting));
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    return problem.map(why -> "engine.device = %s: %s %s".formatted(setting, host, why)).orElse("");
  }
}

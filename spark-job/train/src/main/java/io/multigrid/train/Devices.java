package io.multigrid.train;

import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Which device a network computes on. */
final class Devices {
  /** The setting that stands for the GPU that Spark gave to the executor. */
  static final String ASSIGNED = "gpu";

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
}

package io.multigrid.train.cluster;

import io.multigrid.models.Network;
import io.multigrid.train.settings.TrainSettings;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Which device a network computes on. */
public final class ExecutorDevices {
  private static final String ASSIGNED = TrainSettings.ASSIGNED_GPU;
  private static final String NONE_NEEDED = "cpu";

  private ExecutorDevices() {}

  /**
   * The device of a setting, in the words of libtorch. In a task of Spark's.
   *
   * @param setting {@code cpu}, {@code cuda:0}, or {@code gpu} for the one that Spark assigned
   */
  public static String of(String setting) {
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

  /** Why the executor that asks cannot compute on the device of a setting; empty if it can. */
  static String problem(String setting) {
    if (setting.equals(NONE_NEEDED)) {
      return "";
    }
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

package io.multigrid.train.cluster;

import io.multigrid.models.Network;
import io.multigrid.train.ClusterException;
import io.multigrid.train.settings.TrainSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;

/** Which device a network computes on. */
public final class Devices {
  private static final String ASSIGNED = TrainSettings.ASSIGNED_GPU;
  private static final String NONE_NEEDED = "cpu";

  private Devices() {}

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

  /**
   * Asks executors whether they can compute on the device of the settings.
   *
   * @throws ClusterException with the answer of every executor that cannot, or that none is there
   */
  public static void check(JavaSparkContext spark, TrainSettings train) {
    String setting = train.device();
    if (setting.equals(NONE_NEEDED)) {
      return;
    }
    List<Integer> tasks = IntStream.range(0, train.executors()).boxed().toList();
    List<String> problems =
        answers(
            spark.parallelize(tasks, train.executors()).map(task -> problem(setting)),
            train.patience());
    List<String> real =
        problems.stream().filter(problem -> !problem.isEmpty()).distinct().sorted().toList();
    if (!real.isEmpty()) {
      throw new ClusterException(real);
    }
  }

  private static List<String> answers(JavaRDD<String> asked, double patienceSeconds) {
    JavaFutureAction<List<String>> answers = asked.collectAsync();
    try {
      return answers.get((long) (patienceSeconds * 1000), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answers.cancel(true);
      return List.of(
          "Spark offers no executor to ask for its device after %.0f seconds (engine.patience); is there room in the cluster, and are there GPUs?"
              .formatted(patienceSeconds));
    } catch (ExecutionException e) {
      throw new IllegalStateException("asking executors for their device: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking executors for their device", e);
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

package io.multigrid.train.cluster;

import io.multigrid.train.ClusterException;
import io.multigrid.train.settings.TrainSettings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The first thing that executors are asked: what they run, and whether they can compute on the
 * device of the settings.
 */
public final class RollCall {
  /**
   * What an executor says.
   *
   * @param device why it cannot compute there; empty if it can
   */
  private record Answer(String host, Versions versions, String device) implements Serializable {}

  private RollCall() {}

  /**
   * @throws ClusterException with everything that does not fit, or that no executor is there
   */
  public static void check(JavaSparkContext spark, TrainSettings train) {
    check(spark, new Call(train.executors(), "executors"), train.device(), train.patience());
  }

  /**
   * For jobs that need no device.
   *
   * @param patience seconds that executors are waited for
   */
  public static void check(JavaSparkContext spark, double patience) {
    check(spark, new Call(Math.max(1, spark.defaultParallelism()), "tasks"), "cpu", patience);
  }

  /** Who is asked: so many of something. */
  private record Call(int tasks, String what) {}

  private static void check(JavaSparkContext spark, Call call, String device, double patience) {
    if (spark.isLocal() && device.equals("cpu")) {
      return;
    }
    Versions own = Versions.here();
    List<String> problems = new ArrayList<>();
    Set<String> doubts = new TreeSet<>();
    for (Answer answer : answers(spark, call, device, patience)) {
      problems.addAll(answer.versions().problems(answer.host(), own));
      doubts.addAll(answer.versions().doubts(answer.host(), own));
      problems.add(answer.device());
    }
    List<String> real = problems.stream().filter(p -> !p.isEmpty()).distinct().sorted().toList();
    if (!real.isEmpty()) {
      throw new ClusterException(real);
    }
    doubts.forEach(doubt -> System.err.println("warning: " + doubt));
  }

  private static List<Answer> answers(
      JavaSparkContext spark, Call call, String device, double patience) {
    List<Integer> indices = IntStream.range(0, call.tasks()).boxed().toList();
    JavaFutureAction<List<Answer>> answers =
        spark.parallelize(indices, call.tasks()).map(task -> answer(device)).collectAsync();
    try {
      return answers.get((long) (patience * 1000), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answers.cancel(true);
      throw new ClusterException(List.of(noRoom(processes(spark), call, patience)));
    } catch (ExecutionException e) {
      throw failure(spark, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking executors what they run", e);
    }
  }

  private static String noRoom(List<String> processes, Call call, double patience) {
    return String.format(
        Locale.ROOT,
        "Spark offers %d processes for %d %s after %.0f seconds (engine.patience) %s; is there room for them in the cluster? Are there GPUs, if they are asked for? %s",
        processes.size(),
        call.tasks(),
        call.what(),
        patience,
        processes,
        Mismatch.ENDED);
  }

  /** Host and port of those that registered. */
  private static List<String> processes(JavaSparkContext spark) {
    String driver = SparkEnv.get().blockManager().blockManagerId().hostPort();
    return Arrays.stream(spark.sc().statusTracker().getExecutorInfos())
        .map(process -> process.host() + ":" + process.port())
        .filter(process -> !process.equals(driver))
        .sorted()
        .toList();
  }

  private static RuntimeException failure(JavaSparkContext spark, Throwable cause) {
    if (Mismatch.of(cause).isEmpty() && spark.sc().isStopped()) {
      String master = spark.getConf().get("spark.master", "");
      return new ClusterException(
          List.of(master + ": ended the application before an executor ran. " + Mismatch.ENDED),
          cause);
    }
    return new IllegalStateException(
        "asking executors what they run: " + cause.getMessage(), cause);
  }

  private static Answer answer(String device) {
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    return new Answer(host, Versions.here(), ExecutorDevices.problem(device));
  }
}

package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.NoRoomException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;

/**
 * One partition on each executor, kept there by being cached.
 *
 * @param executors index of each executor, one a partition
 * @param processes of the executors
 */
record Placement(JavaRDD<Integer> executors, List<Process> processes) {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * A process of Spark's.
   *
   * @param id Spark's name for it
   * @param address its host and port
   */
  record Process(String id, String address) implements Serializable {
    static Process mine() {
      BlockManagerId here = SparkEnv.get().blockManager().blockManagerId();
      return new Process(here.executorId(), here.hostPort());
    }
  }

  /** What executors are called in messages. */
  List<String> names() {
    return IntStream.range(0, processes.size())
        .mapToObj(e -> "executor %s (%s)".formatted(e, processes.get(e).address()))
        .toList();
  }

  /**
   * Tries until every executor has its own process, which one that has just started may not offer
   * yet.
   *
   * @throws NoRoomException if the cluster does not offer them within {@code patience}
   */
  static Placement find(JavaSparkContext spark, int executors, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    List<Process> offered = List.of();
    do {
      Placement placement = attempt(spark, executors, deadline);
      long different = placement.processes.stream().distinct().count();
      if (different > 0 && spark.isLocal() || different == executors) {
        return placement;
      }
      placement.executors.unpersist(false);
      offered = placement.processes.isEmpty() ? offered : placement.processes;
      pause();
    } while (System.nanoTime() < deadline);
    throw new NoRoomException(
        "Spark offers %s processes for %s executors after %s seconds (engine.patience) %s; is there room for them in the cluster?"
            .formatted(
                offered.stream().distinct().count(),
                executors,
                patience.toSeconds(),
                offered.stream().map(Process::address).toList()));
  }

  /** Without processes if no process takes the tasks. */
  private static Placement attempt(JavaSparkContext spark, int executors, long deadline) {
    List<Integer> indices = IntStream.range(0, executors).boxed().toList();
    JavaRDD<Integer> cached = spark.parallelize(indices, executors).cache();
    JavaFutureAction<List<Process>> processes = cached.map(e -> Process.mine()).collectAsync();
    try {
      long left = Math.max(deadline - System.nanoTime(), PAUSE.toNanos());
      return new Placement(cached, processes.get(left, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      processes.cancel(true);
      return new Placement(cached, List.of());
    } catch (ExecutionException e) {
      throw new EngineException("looking for executors: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static EngineException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new EngineException("interrupted while waiting for executors", e);
  }
}

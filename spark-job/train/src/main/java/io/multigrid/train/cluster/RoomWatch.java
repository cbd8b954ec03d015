package io.multigrid.train.cluster;

import io.multigrid.train.ClusterException;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends Spark's jobs that have had no executor for long: Spark itself waits for one for ever,
 * without a word. Looks every second while it is open.
 */
public final class RoomWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final SparkContext spark;
  private final SparkStatusTracker jobs;
  private final Duration patience;
  private final Thread thread = new Thread(this::watch, "room-watch");
  private volatile boolean ended;

  /** Something that runs as jobs of Spark's. */
  public interface Work<T, E extends Exception> {
    T run() throws E;
  }

  private RoomWatch(JavaSparkContext spark, Duration patience) {
    this.spark = spark.sc();
    this.jobs = spark.sc().statusTracker();
    this.patience = patience;
    thread.setDaemon(true);
  }

  /**
   * Does work under a watch.
   *
   * @param patience how long there may be no executor ({@code engine.patience})
   * @param what the work, for messages
   * @throws ClusterException if jobs were ended
   */
  public static <T, E extends Exception> T during(
      JavaSparkContext spark, Duration patience, String what, Work<T, E> work) throws E {
    try (RoomWatch room = over(spark, patience)) {
      try {
        return work.run();
      } catch (Exception e) { // Spark throws checked ones that it does not declare, too
        if (room.ended()) {
          throw new ClusterException(List.of(noRoom(what, patience)), e);
        }
        throw e;
      }
    }
  }

  private static String noRoom(String what, Duration patience) {
    return "%s: no executor was there for %s seconds (engine.patience), and none came: is there room in the cluster? Look at its master and the executors' logs, then run again"
        .formatted(what, patience.toSeconds());
  }

  /**
   * @param patience how long a job may have no executor
   */
  public static RoomWatch over(JavaSparkContext spark, Duration patience) {
    RoomWatch watch = new RoomWatch(spark, patience);
    if (!spark.isLocal()) {
      watch.thread.start();
    }
    return watch;
  }

  /** Whether jobs were ended. */
  public boolean ended() {
    return ended;
  }

  private void watch() {
    long seen = System.nanoTime();
    try {
      while (!spark.isStopped()) {
        seen = waits() ? seen : System.nanoTime();
        if (System.nanoTime() - seen > patience.toNanos()) {
          ended = true;
          spark.cancelAllJobs();
        }
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Executors may go between jobs, where Spark allocates them as they are needed. What Spark does
   * not answer, it is asked again.
   */
  private boolean waits() {
    try {
      return jobs.getActiveJobIds().length > 0 && spark.getExecutorMemoryStatus().size() <= 1;
    } catch (RuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

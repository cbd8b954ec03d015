package io.multigrid.train.cluster;

import java.time.Duration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Ends Spark's jobs when no executor has been there for long: Spark itself waits for one for ever,
 * without a word. Looks every second while it is open.
 */
public final class RoomWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final SparkContext spark;
  private final Duration patience;
  private final Thread thread = new Thread(this::watch, "room-watch");
  private volatile boolean ended;

  private RoomWatch(JavaSparkContext spark, Duration patience) {
    this.spark = spark.sc();
    this.patience = patience;
    thread.setDaemon(true);
  }

  /**
   * @param patience how long there may be no executor
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
        boolean driverAlone = spark.getExecutorMemoryStatus().size() <= 1;
        seen = driverAlone ? seen : System.nanoTime();
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

  @Override
  public void close() {
    thread.interrupt();
  }
}

package io.multigrid.engine.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockManagerRemoved;

/**
 * Notices that the process of an executor is gone, and ends the job group that stands on it. Left
 * to itself, a job that is submitted in that very moment has its task held for the process that had
 * the partition, for all of {@code spark.locality.wait}.
 */
final class LossWatch extends SparkListener implements AutoCloseable {
  /** A job may be submitted after all that were there have been ended. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final SparkContext spark;
  private final String group;
  private final List<String> places;
  private final Runnable lost;
  private final Set<String> removed = ConcurrentHashMap.newKeySet();
  private Thread thread;
  private volatile boolean closed;

  private LossWatch(SparkContext spark, String group, List<String> places, Runnable lost) {
    this.spark = spark;
    this.group = group;
    this.places = places;
    this.lost = lost;
  }

  /**
   * @param group of the jobs to end
   * @param places host and port of each executor's process
   * @param lost called once a process is gone
   */
  static LossWatch over(SparkContext spark, String group, List<String> places, Runnable lost) {
    LossWatch watch = new LossWatch(spark, group, places, lost);
    spark.addSparkListener(watch);
    if (!watch.lost().isEmpty()) {
      watch.endJobs();
    }
    return watch;
  }

  /** Executors whose process is gone, for messages. */
  List<String> lost() {
    if (spark.isStopped()) {
      return List.of();
    }
    return IntStream.range(0, places.size())
        .filter(executor -> isLost(places.get(executor)))
        .mapToObj(executor -> "executor %d (%s)".formatted(executor, places.get(executor)))
        .toList();
  }

  /** Another process may have taken its place since. */
  private boolean isLost(String place) {
    return removed.contains(place) || !spark.getExecutorMemoryStatus().contains(place);
  }

  @Override
  public void onBlockManagerRemoved(SparkListenerBlockManagerRemoved event) {
    String place = event.blockManagerId().hostPort();
    if (places.contains(place)) {
      removed.add(place);
      endJobs();
    }
  }

  private synchronized void endJobs() {
    if (thread == null && !closed) {
      lost.run();
      thread = new Thread(this::keepEnding, "lost-executor");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void keepEnding() {
    while (!closed && !spark.isStopped()) {
      spark.cancelJobGroup(group);
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
    spark.removeSparkListener(this);
  }
}

package io.multigrid.engine.dispatch;

import io.multigrid.engine.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockManagerRemoved;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/**
 * Notices that the process of an executor is gone, and ends the job group that stands on it. Left
 * to itself, a job that is submitted in that very moment has its task held for the process that had
 * the partition, for all of {@code spark.locality.wait}.
 *
 * <p>Takes no locks: Spark's listener thread comes in here, and whoever takes a listener away waits
 * for that thread.
 */
final class LossWatch extends SparkListener implements AutoCloseable {
  /** A job may be submitted after all that were there have been ended. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** How long Spark may take to be done with a listener; after that it is left there, idle. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final SparkContext spark;
  private final String group;
  private final List<Placement.Process> processes;
  private final List<String> names;
  private final Runnable lost;
  private final Set<String> removed = ConcurrentHashMap.newKeySet();
  private final Map<String, String> reasons = new ConcurrentHashMap<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Thread thread = new Thread(this::keepEnding, "lost-executor");
  private volatile boolean closed;

  private LossWatch(SparkContext spark, String group, Placement placement, Runnable lost) {
    this.spark = spark;
    this.group = group;
    this.processes = placement.processes();
    this.names = placement.names();
    this.lost = lost;
    thread.setDaemon(true);
  }

  /**
   * @param group of the jobs to end
   * @param placement of the executors
   * @param lost called once a process is gone
   */
  static LossWatch over(SparkContext spark, String group, Placement placement, Runnable lost) {
    LossWatch watch = new LossWatch(spark, group, placement, lost);
    spark.addSparkListener(watch);
    if (!watch.lost().isEmpty()) {
      watch.end();
    }
    return watch;
  }

  /** Executors whose process is gone, for messages. */
  List<String> lost() {
    if (spark.isStopped()) {
      return List.of();
    }
    return IntStream.range(0, processes.size())
        .filter(executor -> isLost(processes.get(executor)))
        .mapToObj(names::get)
        .toList();
  }

  /** An executor that went because its heap was full, for messages. */
  Optional<String> outOfHeap() {
    return IntStream.range(0, processes.size())
        .filter(e -> ExitReason.outOfHeap(reasons.getOrDefault(processes.get(e).id(), "")))
        .mapToObj(names::get)
        .findFirst();
  }

  /** Another process may have taken its place since. */
  private boolean isLost(Placement.Process process) {
    return removed.contains(process.address())
        || !spark.getExecutorMemoryStatus().contains(process.address());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    reasons.put(event.executorId(), event.reason());
  }

  @Override
  public void onBlockManagerRemoved(SparkListenerBlockManagerRemoved event) {
    String address = event.blockManagerId().hostPort();
    if (processes.stream().anyMatch(process -> process.address().equals(address))) {
      removed.add(address);
      end();
    }
  }

  /** Ends the group's jobs, those that are still to come as well. */
  void end() {
    if (!closed && ending.compareAndSet(false, true)) {
      lost.run();
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
  public void close() {
    closed = true;
    thread.interrupt();
    if (!spark.isStopped()) {
      TimeLimit.run("remove-listener", LIMIT, () -> spark.removeSparkListener(this));
    }
  }
}

package io.multigrid.shard.storage;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does something again and again, in a thread of its own, such as writing that a run lives. */
public final class Pulse implements AutoCloseable {
  /** How long a beat that is under way is waited for: storage may hang. */
  private static final Duration LAST_BEAT = Duration.ofSeconds(10);

  private final ScheduledExecutorService clock;

  private Pulse(ScheduledExecutorService clock) {
    this.clock = clock;
  }

  /**
   * Begins, one pause from now.
   *
   * @param name of the thread
   * @param beat what fails is tried again by the next one
   */
  public static Pulse every(Duration pause, String name, Patience.Action beat) {
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(
        () -> attempt(beat), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    return new Pulse(clock);
  }

  /** Whatever is thrown in a scheduled task makes it the last. */
  private static void attempt(Patience.Action beat) {
    try {
      beat.run();
    } catch (Exception | org.apache.hadoop.fs.FSError e) {
      // The next one may succeed.
    }
  }

  /** No beat begins any more. May be called by a beat. */
  public void stop() {
    clock.shutdown();
  }

  /** As {@link #stop}, and the last beat is over, unless it hangs. */
  @Override
  public void close() {
    stop();
    try {
      clock.awaitTermination(LAST_BEAT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

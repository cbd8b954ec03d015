package io.multigrid.train.feed;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a feed. What they read from is freed by the last of them, so never while one of
 * them reads: a thread may hang in storage for longer than anybody waits for it.
 */
final class FeedThreads extends ThreadPoolExecutor {
  private final Runnable free;

  /**
   * @param free run once, after {@link #close}, when no thread works any more
   */
  FeedThreads(int threads, Runnable free) {
    super(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "clip-feed");
          thread.setDaemon(true);
          return thread;
        });
    this.free = free;
  }

  /**
   * Takes no more tasks, and interrupts those that are not done in time.
   *
   * @param patience how long this call may take
   */
  void close(Duration patience) {
    shutdown();
    try {
      if (!awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        shutdownNow();
      }
    } catch (InterruptedException e) {
      shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected void terminated() {
    free.run();
  }
}

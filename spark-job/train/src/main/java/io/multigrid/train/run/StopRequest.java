package io.multigrid.train.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;

/**
 * Holds the end of this process (SIGTERM of a scheduler, Ctrl-C) until training has written a
 * checkpoint. Runs before Spark's and Hadoop's own hooks, which take away what that needs.
 */
final class StopRequest implements AutoCloseable {
  private static final int BEFORE_SPARK = 100;
  private static final long PATIENCE_SECONDS = 120;

  private final CountDownLatch safe = new CountDownLatch(1);
  private final Thread hook = new Thread(this::hold, "stop-request");
  private volatile boolean wanted;

  StopRequest() {
    ShutdownHookManager.get()
        .addShutdownHook(hook, BEFORE_SPARK, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private void hold() {
    wanted = true;
    try {
      safe.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether this process is to end. */
  boolean wanted() {
    return wanted;
  }

  /** Nothing is to be lost any more. */
  void safe() {
    safe.countDown();
  }

  @Override
  public void close() {
    safe.countDown();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}

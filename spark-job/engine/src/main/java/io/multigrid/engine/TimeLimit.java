package io.multigrid.engine;

import java.time.Duration;

/** Calls that may not come back, such as some of Spark's, with a limit in time. */
public final class TimeLimit {
  private TimeLimit() {}

  /**
   * Runs in a thread of its own, which is interrupted and left behind at the limit, or when the
   * caller is interrupted.
   *
   * @return whether it came back in time
   */
  public static boolean run(String name, Duration limit, Runnable call) {
    Thread thread = new Thread(call, name);
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      thread.interrupt();
      return false;
    }
    return true;
  }
}

package io.multigrid.train.cli;

import java.time.Duration;
import java.util.Locale;

/** The end of a process by its exit code, whatever its threads and shutdown hooks are at. */
final class ProcessEnd {
  /** Twice what Hadoop gives the hooks that it runs, Spark's among them. */
  static final Duration LIMIT = Duration.ofSeconds(60);

  private ProcessEnd() {}

  /**
   * Does not return.
   *
   * @param hooks how long shutdown hooks may take; after that the process is halted
   */
  static void with(int code, Duration hooks) {
    Thread halt = new Thread(() -> halt(code, hooks), "halt");
    halt.setDaemon(true);
    halt.start();
    System.exit(code);
  }

  private static void halt(int code, Duration hooks) {
    try {
      Thread.sleep(hooks.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.printf(
        Locale.ROOT,
        "multigrid: shutdown hooks have not ended within %.0f seconds; halted with exit code %d%n",
        hooks.toNanos() / 1e9,
        code);
    Runtime.getRuntime().halt(code);
  }
}

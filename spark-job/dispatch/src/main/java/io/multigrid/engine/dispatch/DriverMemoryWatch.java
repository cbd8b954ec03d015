package io.multigrid.engine.dispatch;

import io.multigrid.engine.OutOfMemory;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Optional;

/**
 * Hears of an {@link OutOfMemoryError} that ends a thread of the driver, such as Spark's that fetch
 * results: whoever waits for that thread would wait for ever. The handler that was there before has
 * the last word, and may end the process: it tells {@link OutOfMemory#ofDriver} by itself.
 */
final class DriverMemoryWatch implements UncaughtExceptionHandler, AutoCloseable {
  private final UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
  private final Runnable end;
  private volatile String told;

  private DriverMemoryWatch(Runnable end) {
    this.end = end;
  }

  /**
   * @param end what to do when memory has run out
   */
  static DriverMemoryWatch start(Runnable end) {
    DriverMemoryWatch watch = new DriverMemoryWatch(end);
    Thread.setDefaultUncaughtExceptionHandler(watch);
    return watch;
  }

  /** What has happened, and the remedy. */
  Optional<String> outOfMemory() {
    return Optional.ofNullable(told);
  }

  @Override
  public void uncaughtException(Thread thread, Throwable thrown) {
    if (thrown instanceof OutOfMemoryError && told == null) {
      try { // which needs memory, too
        told = OutOfMemory.ofDriver(thread, thrown);
        end.run();
      } finally {
        handOn(thread, thrown);
      }
    } else {
      handOn(thread, thrown);
    }
  }

  private void handOn(Thread thread, Throwable thrown) {
    if (before != null) {
      before.uncaughtException(thread, thrown);
    } else if (!(thrown instanceof OutOfMemoryError)) {
      thread.getThreadGroup().uncaughtException(thread, thrown);
    }
  }

  @Override
  public void close() {
    if (Thread.getDefaultUncaughtExceptionHandler() == this) {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }
}

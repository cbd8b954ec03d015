package io.multigrid.engine;

import java.util.Optional;

/** What to do about an {@link OutOfMemoryError}. */
public final class OutOfMemory {
  private OutOfMemory() {}

  /** The text of what was thrown and, if memory ran out, the remedy. */
  public static String told(Throwable thrown) {
    return remedy(thrown).map(remedy -> thrown + "; " + remedy).orElse(thrown.toString());
  }

  /** What is said when the driver's own process has run out of it, in one of its threads. */
  public static String ofDriver(Thread thread, Throwable thrown) {
    return "the driver ran out of memory (thread %s: %s); give it more (spark.driver.memory)"
        .formatted(thread.getName(), thrown.getMessage());
  }

  /** Of a failure that running out of memory caused. */
  public static Optional<String> remedy(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof OutOfMemoryError) {
        return Optional.of(
            isOfHeap(String.valueOf(e.getMessage()))
                ? "give executors more (spark.executor.memory; with a local master spark.driver.memory)"
                : "give executors more beside the heap (spark.executor.memoryOverhead)");
      }
    }
    return Optional.empty();
  }

  /** The JVM's words; others are of direct buffers, threads and native libraries. */
  private static boolean isOfHeap(String message) {
    return message.contains("heap space")
        || message.contains("GC overhead limit")
        || message.contains("array size exceeds");
  }
}

package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.engine.OutOfMemory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Digs the reason out of what Spark, and libraries on it, wrap around it. Spark's own exceptions
 * are checked ones, which Scala throws without declaring them: whoever calls Spark catches {@link
 * Exception}.
 */
public final class SparkFailures {
  /**
   * Executors of another process send the text of what they throw, and the exception itself where
   * they can.
   */
  private static final Pattern TOLD =
      Pattern.compile(Pattern.quote(EngineException.class.getName()) + ": ([^\\n]+)");

  /** How long Spark may take to notice that a process is gone: a master is asked for the reason. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long Spark may then take to tell why. */
  private static final Duration REASON = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(100);

  private SparkFailures() {}

  public static EngineException of(String what, Throwable cause) {
    return new EngineException(
        what + ": " + told(cause).orElseGet(() -> OutOfMemory.told(root(cause))), cause);
  }

  /** The exception itself if it is one of ours, which says enough. */
  public static EngineException ours(String what, Exception cause) {
    return cause instanceof EngineException told ? told : of(what, cause);
  }

  /**
   * Whether the reason is that an executor is gone, which Spark may take a while to notice, or that
   * memory was short. An executor that has gone for want of memory is not one that another can take
   * the place of.
   */
  public static Optional<EngineException> lost(
      String what, Throwable cause, ExecutorGroup<?> group) {
    if (told(cause).isEmpty()) {
      await(PATIENCE, () -> !group.lost().isEmpty() || group.driverOutOfMemory().isPresent());
    }
    Optional<String> driver = group.driverOutOfMemory();
    if (driver.isPresent()) {
      return Optional.of(new EngineException(what + ": " + driver.get(), cause));
    }
    List<String> lost = group.lost();
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    await(REASON, () -> group.outOfHeap().isPresent());
    return Optional.of(
        group
            .outOfHeap()
            .map(
                executor ->
                    new EngineException(
                        "%s: %s ran out of heap; give executors more (spark.executor.memory), or take fewer clips a worker"
                            .formatted(what, executor),
                        cause))
            .orElseGet(
                () ->
                    new LostExecutorException(
                        "%s: %s was lost, with a share of the training state; start again from a checkpoint"
                            .formatted(what, String.join(", ", lost)),
                        cause)));
  }

  private static void await(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
        Thread.sleep(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<String> told(Throwable cause) {
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof EngineException) {
        return Optional.of(e.getMessage());
      }
      Matcher told = TOLD.matcher(String.valueOf(e.getMessage()));
      if (told.find()) {
        return Optional.of(told.group(1));
      }
    }
    return Optional.empty();
  }

  private static Throwable root(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}

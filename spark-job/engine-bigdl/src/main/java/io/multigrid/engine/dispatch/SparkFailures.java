package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.LostExecutorException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Digs the reason out of what Spark and BigDL wrap around it. Spark's own exceptions are checked
 * ones, which Scala throws without declaring them: whoever calls Spark catches {@link Exception}.
 */
public final class SparkFailures {
  /**
   * Executors of another process send the text of what they throw, and the exception itself where
   * they can.
   */
  private static final Pattern TOLD =
      Pattern.compile(Pattern.quote(EngineException.class.getName()) + ": ([^\\n]+)");

  /** How long Spark may take to notice that a process is gone. */
  private static final int PATIENCE_MILLIS = 5000;

  private static final int PAUSE_MILLIS = 100;

  private SparkFailures() {}

  public static EngineException of(String what, Throwable cause) {
    return new EngineException(
        what + ": " + told(cause).orElseGet(() -> root(cause).toString()), cause);
  }

  /** The exception itself if it is one of ours, which says enough. */
  public static EngineException ours(String what, Exception cause) {
    return cause instanceof EngineException told ? told : of(what, cause);
  }

  /** Whether the reason is that an executor is gone, which Spark may take a while to notice. */
  public static Optional<EngineException> lost(
      String what, Throwable cause, ExecutorGroup<?> group) {
    Optional<String> told = told(cause);
    List<String> lost = group.lost();
    for (int waited = 0;
        lost.isEmpty() && told.isEmpty() && waited < PATIENCE_MILLIS && pause();
        waited += PAUSE_MILLIS) {
      lost = group.lost();
    }
    if (lost.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new LostExecutorException(
            "%s: %s was lost, with a share of the training state; start again from a checkpoint"
                .formatted(what, String.join(", ", lost)),
            cause));
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
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

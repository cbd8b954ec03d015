package io.multigrid.engine.bigdl;

import io.multigrid.engine.EngineException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Digs the reason out of what Spark and BigDL wrap around it. */
final class Failures {
  /**
   * Executors of another process send the text of what they throw, and the exception itself where
   * they can.
   */
  private static final Pattern TOLD =
      Pattern.compile(Pattern.quote(EngineException.class.getName()) + ": ([^\\n]+)");

  private Failures() {}

  static EngineException of(String what, Throwable cause) {
    return new EngineException(what + ": " + reason(cause), cause);
  }

  private static String reason(Throwable cause) {
    Throwable root = cause;
    for (Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof EngineException) {
        return e.getMessage();
      }
      Matcher told = TOLD.matcher(String.valueOf(e.getMessage()));
      if (told.find()) {
        return told.group(1);
      }
      root = e;
    }
    return root.toString();
  }
}

package io.multigrid.train.cli;

import io.multigrid.config.ConfigurationException;
import io.multigrid.train.DataException;

/** What a failure is called on stderr, and the exit code that it means. */
final class Failures {
  private Failures() {}

  static int code(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConfigurationException) {
        return Exit.USAGE;
      }
      if (e instanceof DataException) {
        return Exit.DATA;
      }
    }
    return Exit.FAILED;
  }

  /** The messages along the causes, without repeating what an outer one already quotes. */
  static String message(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof ConfigurationException) {
        return e.getMessage();
      }
      String own = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      if (text.isEmpty()) {
        text.append(own);
      } else if (text.indexOf(own) < 0) {
        text.append("\n  because: ").append(own);
      }
    }
    return text.toString();
  }
}

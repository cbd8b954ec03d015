package io.multigrid.engine.dispatch;

import java.util.regex.Pattern;

/** What Spark says of why an executor's process ended. */
final class ExitReason {
  /**
   * The exit code of a JVM with {@code -XX:+ExitOnOutOfMemoryError}, and that of an executor of
   * Spark's, in the words of a standalone cluster ("Command exited with code 3"), of YARN ("Exit
   * status: 3.") and of Kubernetes ("exited with exit code 3(").
   */
  private static final Pattern OUT_OF_HEAP =
      Pattern.compile("\\b(?:[Ee]xit status:|exited with(?: exit)? code) (?:3|52)\\b");

  private ExitReason() {}

  static boolean outOfHeap(String reason) {
    return OUT_OF_HEAP.matcher(reason).find();
  }
}

package io.multigrid.train;

import java.util.List;

/** The cluster does not fit the job; the message lists everything that does not. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ClusterException(List<String> problems) {
    super("the cluster does not fit the job:\n  " + String.join("\n  ", problems));
  }

  public ClusterException(List<String> problems, Throwable cause) {
    this(problems);
    initCause(cause);
  }
}

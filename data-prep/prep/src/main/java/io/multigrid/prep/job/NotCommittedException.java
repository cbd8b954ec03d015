package io.multigrid.prep.job;

import java.io.IOException;

/** What was prepared cannot become the data set's; the message says why and what to do. */
final class NotCommittedException extends IOException {
  private static final long serialVersionUID = 1;

  NotCommittedException(String message) {
    super(message);
  }
}

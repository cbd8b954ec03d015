package io.multigrid.prep;

/** A video of which no frame can be had. */
final class UnusableVideoException extends Exception {
  private static final long serialVersionUID = 1;
  private final Reason reason;

  UnusableVideoException(Reason reason, String detail) {
    super(detail);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}

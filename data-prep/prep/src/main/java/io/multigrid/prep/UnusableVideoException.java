package io.multigrid.prep;

/** A video of which no frame can be had. */
final class UnusableVideoException extends Exception {
  private static final long serialVersionUID = 1;
  private final Reason reason;
  private final int attempts;

  UnusableVideoException(Reason reason, String detail) {
    this(reason, detail, 1);
  }

  UnusableVideoException(Reason reason, String detail, int attempts) {
    super(detail);
    this.reason = reason;
    this.attempts = attempts;
  }

  Reason reason() {
    return reason;
  }

  int attempts() {
    return attempts;
  }
}

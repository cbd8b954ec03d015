package io.multigrid.prep.decode;

/** A video of which no frame can be had. */
public final class UnusableVideoException extends Exception {
  private static final long serialVersionUID = 1;
  private final Reason reason;
  private final int attempts;

  public UnusableVideoException(Reason reason, String detail) {
    this(reason, detail, 1);
  }

  public UnusableVideoException(Reason reason, String detail, int attempts) {
    super(detail);
    this.reason = reason;
    this.attempts = attempts;
  }

  public Reason reason() {
    return reason;
  }

  public int attempts() {
    return attempts;
  }
}

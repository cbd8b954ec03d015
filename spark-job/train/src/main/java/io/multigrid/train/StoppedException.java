package io.multigrid.train;

/** Training ended before its schedule did; the message says where it can go on from. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoppedException(String message) {
    super(message);
  }
}

package io.multigrid.prep.decode;

/** How long the decoding of a video may take. */
final class Deadline {
  private final double limitSeconds;
  private final long end;

  /** From now on. */
  Deadline(double limitSeconds) {
    this.limitSeconds = limitSeconds;
    this.end = System.nanoTime() + (long) (limitSeconds * 1e9);
  }

  boolean passed() {
    return System.nanoTime() - end > 0;
  }

  void check() throws UnusableVideoException {
    if (passed()) {
      throw new UnusableVideoException(
          Reason.TIMEOUT,
          "decoding took longer than prep.time-limit-seconds = %s".formatted(limitSeconds));
    }
  }
}

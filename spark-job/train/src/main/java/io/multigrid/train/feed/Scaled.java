package io.multigrid.train.feed;

import io.multigrid.schedules.JitterDraw;

/**
 * A stored picture as if it had been scaled so that its shorter side has a given length, as the
 * authors' code does before it crops. Nothing is scaled: a crop is a window of the stored picture.
 *
 * @param stored pixels
 * @param scaled pixels; the longer side is rounded down
 */
record Scaled(Size stored, Size scaled) {
  /** Pixels of a picture. */
  record Size(int width, int height) {}

  static Scaled to(Size stored, int shortSide) {
    int shorter = Math.min(stored.width(), stored.height());
    int longer = Math.max(stored.width(), stored.height());
    int longSide =
        shorter == shortSide ? longer : (int) Math.floor(longer / (double) shorter * shortSide);
    return new Scaled(
        stored,
        stored.width() < stored.height()
            ? new Size(shortSide, longSide)
            : new Size(longSide, shortSide));
  }

  /**
   * The short side that a training picture is scaled to.
   *
   * @param uniform in [0, 1)
   */
  static int shortSide(int least, int greatest, JitterDraw draw, double uniform) {
    double side =
        draw == JitterDraw.INVERSE
            ? 1 / (1.0 / greatest + uniform * (1.0 / least - 1.0 / greatest))
            : least + uniform * (greatest - least);
    return (int) Math.rint(side);
  }

  /**
   * A crop at a drawn place. Offsets are whole scaled pixels; the greatest one is never drawn.
   *
   * @param x in [0, 1)
   * @param y in [0, 1)
   */
  ClipWindow drawn(int crop, double x, double y, boolean mirrored) {
    return window(
        crop,
        (int) (x * free(scaled.width(), crop)),
        (int) (y * free(scaled.height(), crop)),
        mirrored);
  }

  /**
   * One of several crops that are evenly spaced along the longer side, from end to end; a single
   * one is central. Offsets are rounded up.
   */
  ClipWindow even(int crop, int position, int positions) {
    double along = positions == 1 ? 0.5 : position / (double) (positions - 1);
    boolean wide = scaled.width() >= scaled.height();
    return window(
        crop,
        (int) Math.ceil(free(scaled.width(), crop) * (wide ? along : 0.5)),
        (int) Math.ceil(free(scaled.height(), crop) * (wide ? 0.5 : along)),
        false);
  }

  private static int free(int side, int crop) {
    return Math.max(side - crop, 0);
  }

  private ClipWindow window(int crop, int left, int top, boolean mirrored) {
    double x = stored.width() / (double) scaled.width();
    double y = stored.height() / (double) scaled.height();
    return new ClipWindow(left * x, top * y, crop * x, crop * y, mirrored);
  }
}

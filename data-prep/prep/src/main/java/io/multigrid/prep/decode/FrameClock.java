package io.multigrid.prep.decode;

import java.util.Locale;

/**
 * When the frames of a video are shown, seconds. Time stamps that are missing, stand still or run
 * back count as one step forward, and so do jumps: gaps of which the file cannot hold the pictures.
 * Everything behind a jump is moved to the front.
 */
final class FrameClock {
  /** A picture may stand still this long in any video, as in recorded lectures. */
  private static final double STILL_SECONDS = 30;

  /** No picture stands longer, not even in slide shows. */
  private static final double LONGEST_SECONDS = 600;

  /** Between those, a gap is a jump if it is this many times as long as the average one. */
  private static final double JUMP = 10;

  private final double step;
  private double first;
  private double last;
  private double cut;
  private long gaps = -1;
  private int jumps;

  /**
   * @param step from one frame to the next where stamps do not say, seconds
   */
  FrameClock(double step) {
    this.step = step;
  }

  /**
   * The time of the next frame.
   *
   * @param stamp seconds; NaN if the frame has none
   */
  double next(double stamp) {
    if (++gaps == 0) {
      first = last = Double.isNaN(stamp) ? 0 : stamp;
      return last;
    }
    double time = stamp - cut;
    // Written so that NaN is not greater.
    if (!(time > last)) {
      time = last + step;
    } else if (time - last > longest((time - first) / gaps)) {
      cut += time - last - step;
      jumps++;
      time = last + step;
    }
    last = time;
    return time;
  }

  private static double longest(double averageGap) {
    return Math.min(LONGEST_SECONDS, Math.max(STILL_SECONDS, JUMP * averageGap));
  }

  /** What was cut, for people; empty if nothing was. */
  String note() {
    return jumps == 0
        ? ""
        : String.format(
            Locale.ROOT, "jumps of the clock, which were cut: %d, %.1f s in all", jumps, cut);
  }
}

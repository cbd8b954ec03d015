package io.multigrid.prep.catalogue;

import java.io.Serializable;
import java.util.Locale;

/**
 * A part of a video file.
 *
 * @param start seconds from the first frame
 * @param end seconds, after start
 */
public record TimeSpan(double start, double end) implements Serializable {
  /** As a media fragment: {@code t=1.5,4}. */
  String fragment() {
    return "t=" + number(start) + "," + number(end);
  }

  private static String number(double seconds) {
    String text = String.format(Locale.ROOT, "%.3f", seconds);
    return text.replaceFirst("\\.?0+$", "");
  }
}

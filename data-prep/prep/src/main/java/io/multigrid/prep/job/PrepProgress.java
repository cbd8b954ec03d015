package io.multigrid.prep.job;

import java.util.Locale;

/**
 * How far a preparation is.
 *
 * @param videos that have to be decoded in this run
 * @param done of them, quarantined ones included
 * @param frames decoded
 * @param sourceBytes read
 */
public record PrepProgress(
    int videos, int done, int quarantined, long frames, long sourceBytes, double seconds) {
  /** One line for a console. */
  public String line() {
    double rate = done / seconds;
    return String.format(
        Locale.ROOT,
        "%d/%d videos, %.1f videos/s, %.0f frames/s, %.1f MB/s, %d quarantined, %s left",
        done,
        videos,
        rate,
        frames / seconds,
        sourceBytes / 1e6 / seconds,
        quarantined,
        done == 0 ? "?" : duration((videos - done) / rate));
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : whole < 3600
            ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
            : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
  }
}

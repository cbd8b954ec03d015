package io.multigrid.schedules;

import java.io.Serializable;
import java.util.Locale;

/** A grid as shards keep it: pixels of the shorter side and frames a second. */
public record StoredGrid(int shortSide, double fps) implements Serializable {
  /** A name that is safe in a path, such as {@code s128-15fps}. */
  public String name() {
    String rate = String.format(Locale.ROOT, "%.3f", fps).replaceFirst("\\.?0+$", "");
    return "s" + shortSide + "-" + rate + "fps";
  }
}

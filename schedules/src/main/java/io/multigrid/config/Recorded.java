package io.multigrid.config;

import java.util.Set;
import java.util.SortedMap;

/**
 * Settings as they are written down with what a run makes, and compared with those of another: no
 * longer to be read from.
 *
 * @param hocon the effective settings, which {@link Settings#load} reads back
 * @param values every setting by its path; what is equal looks alike
 * @param origins where each value came from
 * @param standard paths whose values nobody but {@code reference.conf} says
 */
public record Recorded(
    String hocon,
    SortedMap<String, String> values,
    SortedMap<String, String> origins,
    Set<String> standard) {
  /** Every default by its path, as {@link #values}. */
  public static SortedMap<String, String> defaults() {
    return Settings.reference().values();
  }

  /** Whether there is such a setting, be it null. */
  public boolean knows(String path) {
    return origins.containsKey(path);
  }

  /** A problem of the value at a path, with the file and line that it came from. */
  public Problem problem(String path, String limit, String remedy) {
    return new Problem(
        values.containsKey(path) ? origins.get(path) : "configuration",
        Settings.ROOT + "." + path,
        values.getOrDefault(path, ""),
        limit,
        remedy);
  }
}

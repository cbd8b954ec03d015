package io.multigrid.train.forecast;

/**
 * What a simulation takes for granted.
 *
 * @param what a setting, or something in words
 * @param value with its unit; empty where the words say it all
 * @param from a file of step times, where a setting was given, or {@code default}
 */
public record Assumption(String what, String value, String from) {
  @Override
  public String toString() {
    return what + (value.isEmpty() ? "" : " = " + value) + " (" + from + ")";
  }
}

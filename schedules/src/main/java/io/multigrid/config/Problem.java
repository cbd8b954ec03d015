package io.multigrid.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param where file and line, or the option that it came from
 * @param limit what would be right
 * @param remedy what to do about it
 */
public record Problem(String where, String key, String value, String limit, String remedy) {
  public Problem {
    if (limit.isBlank() || remedy.isBlank()) {
      throw new IllegalArgumentException("a problem of " + key + " without a limit or a remedy");
    }
  }

  @Override
  public String toString() {
    return where
        + ": "
        + key
        + (value.isEmpty() ? "" : " = " + value)
        + ": "
        + limit
        + "; "
        + remedy;
  }
}

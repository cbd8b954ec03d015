package io.multigrid.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param where file and line, or the option that it came from
 * @param limit what would be right
 * @param remedy what to do about it; may be empty
 */
public record Problem(String where, String key, String value, String limit, String remedy) {
  @Override
  public String toString() {
    return where
        + ": "
        + key
        + (value.isEmpty() ? "" : " = " + value)
        + ": "
        + limit
        + (remedy.isEmpty() ? "" : "; " + remedy);
  }
}

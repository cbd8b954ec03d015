package io.multigrid.train;

import java.util.HashMap;
import java.util.Map;

/** Java's system properties of a test, which later ones in the same JVM find as they were. */
public final class SystemProperties implements AutoCloseable {
  private final Map<String, String> before = new HashMap<>();

  public SystemProperties(Map<String, String> values) {
    values.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
  }

  @Override
  public void close() {
    before.forEach(
        (key, value) -> {
          if (value == null) {
            System.clearProperty(key);
          } else {
            System.setProperty(key, value);
          }
        });
  }
}

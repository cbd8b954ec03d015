package io.multigrid.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How weights and gradients travel between executors. */
public enum Compression {
  /** As float32. */
  NONE,
  /** The upper 16 bits of a float32: 8 bits of precision, truncated. */
  FP16;

  /** The name in {@code engine.compression}. */
  public String setting() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws EngineException naming the values there are
   */
  public static Compression of(String setting) {
    return Arrays.stream(values())
        .filter(value -> value.setting().equals(setting))
        .findFirst()
        .orElseThrow(
            () ->
                new EngineException(
                    "engine.compression = %s: must be one of %s"
                        .formatted(setting, String.join(", ", settings()))));
  }

  /** All values of {@code engine.compression}. */
  public static List<String> settings() {
    return Arrays.stream(values()).map(Compression::setting).toList();
  }
}

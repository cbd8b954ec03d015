package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a video is for. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** The name in catalogues, shards and manifests. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException if there is no split of that name
   */
  @JsonCreator
  public static Split of(String text) {
    for (Split split : values()) {
      if (split.text().equals(text)) {
        return split;
      }
    }
    throw new IllegalArgumentException(
        "split " + text + ": must be one of train, validation, test");
  }
}

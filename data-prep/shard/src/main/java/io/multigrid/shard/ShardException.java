package io.multigrid.shard;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A shard or data set that is not as SPEC.md says: the message has file, byte and remedy. */
public final class ShardException extends UncheckedIOException {
  private static final long serialVersionUID = 1;

  public ShardException(String message) {
    super(message, new IOException(message));
  }

  public ShardException(String message, Throwable cause) {
    super(message, cause instanceof IOException io ? io : new IOException(cause));
  }

  static ShardException damage(Object file, long at, String found, String expected) {
    return new ShardException(
        "Cannot read shard %s; run inspect --verify, then prep again"
            .formatted(finding(file, at, found, expected)));
  }

  /** What damage is told as: file, byte, what is there and what should be. */
  static String finding(Object file, long at, String found, String expected) {
    return "%s at byte %d: found %s, expected %s".formatted(file, at, found, expected);
  }
}

package io.multigrid.shard;

import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A shard or data set that is not as SPEC.md says: the message has file, byte and remedy. */
public final class ShardException extends UncheckedIOException implements Failure.Known {
  private static final long serialVersionUID = 2;

  private static final String REMEDY = "; run inspect --verify, then prep again";

  private final Failure failure;

  public ShardException(String message) {
    this(message, new IOException(message));
  }

  public ShardException(String message, Throwable cause) {
    this(message, Failure.DAMAGED, cause);
  }

  private ShardException(String message, Failure failure, Throwable cause) {
    super(message, cause instanceof IOException io ? io : new IOException(cause));
    this.failure = failure;
  }

  /** Something that is as it was written, but not for this program. */
  public static ShardException refused(String message) {
    return new ShardException(message, Failure.REFUSED, new IOException(message));
  }

  static ShardException damage(Object file, long at, String found, String expected) {
    return new ShardException(
        "Cannot read shard %s%s".formatted(finding(file, at, found, expected), REMEDY));
  }

  /** What damage is told as: file, byte, what is there and what should be. */
  static String finding(Object file, long at, String found, String expected) {
    return "%s at byte %s: found %s, expected %s".formatted(file, at, found, expected);
  }

  /** Damage that storage noticed. */
  static ShardException damage(Object file, long at, int length, StorageException noticed) {
    return new ShardException(
        "Cannot read shard %s at byte %s: %s where %s bytes are expected%s"
            .formatted(file, at, noticed.getCause().getMessage(), length, REMEDY),
        noticed);
  }

  /** The damage alone, for whoever does already what the remedy says. */
  String damage() {
    return getMessage().replace(REMEDY, "");
  }

  @Override
  public Failure failure() {
    return failure;
  }
}

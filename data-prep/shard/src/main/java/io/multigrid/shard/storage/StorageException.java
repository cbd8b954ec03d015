package io.multigrid.shard.storage;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** A file that could not be read or written: the message has the file, the cause and the remedy. */
public final class StorageException extends IOException implements Failure.Known {
  private static final long serialVersionUID = 2;

  private static final String AGAIN = "run again; what is finished is kept";

  private final Failure failure;

  private StorageException(String message, Failure failure, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  /**
   * @param what the verb: read, write
   * @param cause an exception, or Hadoop's FSError
   */
  public static StorageException of(String what, Path file, Throwable cause) {
    return of(what, file, Failure.of(cause), cause);
  }

  /** Damage that storage itself cannot see. */
  public static StorageException damaged(String message) {
    return new StorageException(message, Failure.DAMAGED, null);
  }

  /** Something that is whole, and not for whoever asked. */
  public static StorageException refused(String message) {
    return new StorageException(message, Failure.REFUSED, null);
  }

  static StorageException of(String what, Path file, Failure failure, Throwable cause) {
    if (cause instanceof StorageException known) {
      return known;
    }
    return new StorageException(
        "Cannot %s %s: %s; %s".formatted(what, file, reason(cause), remedy(failure, cause)),
        failure,
        cause);
  }

  /** The same with another way of trying again than running the same command. */
  public StorageException again(String how) {
    return new StorageException(getMessage().replace(AGAIN, how), failure, getCause());
  }

  /** What it means. */
  @Override
  public Failure failure() {
    return failure;
  }

  /** The first words that there are; of an error that wraps an exception, the exception's. */
  private static String reason(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      String message = t.getMessage();
      if (message != null && t.getCause() != null && message.equals(t.getCause().toString())) {
        continue;
      }
      String first = message == null ? "" : message.lines().findFirst().orElse("").strip();
      if (!first.isEmpty()) {
        return first;
      }
    }
    return cause.getClass().getSimpleName();
  }

  private static String remedy(Failure failure, Throwable cause) {
    return switch (failure) {
      case DAMAGED -> "its bytes are not those that were written: restore it, or make it again";
      case MISSING -> "check the path";
      case NO_SPACE -> space(cause);
      case REFUSED -> refusal(cause);
      case TEMPORARY -> patience(cause);
    };
  }

  private static String space(Throwable cause) {
    if (named(cause, "NSQuotaExceeded")) {
      return "the folder's quota of names is used up: raise it (hdfs dfsadmin -setQuota), or set prep.videos-per-shard higher, then run again; what is finished is kept";
    }
    if (named(cause, "Quota")) {
      return "the folder's space quota is used up: raise it (hdfs dfsadmin -setSpaceQuota) or free space, then run again; what is finished is kept";
    }
    return "the disk is full: free space, then run again; what is finished is kept";
  }

  private static String refusal(Throwable cause) {
    if (named(cause, "UnsupportedOperation")) {
      return "this file system cannot do that: take a folder on HDFS or on a local disk";
    }
    if (named(cause, "InvalidToken")) {
      return "the delegation token is no longer good: log in again (kinit), then run again; what is finished is kept";
    }
    if (named(cause, "AlreadyExists") || named(cause, "ParentNotDirectory")) {
      return "something else has that name: move it away, or take another folder";
    }
    return "grant this user the right (hdfs dfs -chmod, -chown or -setfacl), or take another folder";
  }

  private static String patience(Throwable cause) {
    if (named(cause, "SafeMode")) {
      return "the name node is in safe mode: wait until it leaves (hdfs dfsadmin -safemode wait), then run again; what is finished is kept";
    }
    if (named(cause, "BlockMissing")
        || says(cause, "could only be written to 0 of")
        || says(cause, "Could not obtain block")) {
      return "no data node can take or give its blocks: look at hdfs dfsadmin -report, then run again; what is finished is kept";
    }
    if (named(cause, "UnknownHostException") || named(cause, "ConnectException")) {
      return "nobody answers there: check the host and port of the URI, and that the service runs";
    }
    return "see the cause, then run again; what is finished is kept";
  }

  private static boolean named(Throwable cause, String word) {
    return causes(cause).anyMatch(t -> Failure.name(t).contains(word));
  }

  private static boolean says(Throwable cause, String words) {
    return causes(cause).anyMatch(t -> String.valueOf(t.getMessage()).contains(words));
  }

  private static Stream<Throwable> causes(Throwable first) {
    return Stream.iterate(first, Objects::nonNull, Throwable::getCause);
  }
}

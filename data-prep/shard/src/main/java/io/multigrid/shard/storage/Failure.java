package io.multigrid.shard.storage;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.ipc.RemoteException;

/** What a failure of storage means for whoever asked. */
public enum Failure {
  /** The bytes are not those that were written: they never will be. */
  DAMAGED,
  /** There is no such file. */
  MISSING,
  /** Storage does not answer, or not yet: it may, a little later. */
  TEMPORARY,
  /** A disk or a quota is used up: somebody may free some. */
  NO_SPACE,
  /** This user may not, or this file system cannot. */
  REFUSED;

  /** Java says that a file was not found whenever it cannot be opened; the reason stands behind. */
  private static final Pattern OTHER_REASON =
      Pattern.compile("\\((?!No such file or directory\\)$|Not a directory\\)$)[^()]*\\)$");

  /** An exception that knows. */
  public interface Known {
    Failure failure();
  }

  /** Whether it is worth asking again. */
  public boolean mayPass() {
    return this == TEMPORARY || this == NO_SPACE;
  }

  /**
   * What an exception, or the first of its causes that says so, means. What nobody knows is taken
   * to be temporary: asking again harms nothing, but giving up work or data does.
   */
  public static Failure of(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      Optional<Failure> own = alone(t);
      if (own.isPresent()) {
        return own.get();
      }
    }
    return TEMPORARY;
  }

  private static Optional<Failure> alone(Throwable t) {
    if (t instanceof Known known) {
      return Optional.of(known.failure());
    }
    if (t instanceof ChecksumException) {
      return Optional.of(DAMAGED);
    }
    String name = name(t);
    String words = String.valueOf(t.getMessage()).lines().findFirst().orElse("");
    if (noSpace(name, words.toLowerCase(Locale.ROOT).replaceFirst("\\)$", ""))) {
      return Optional.of(NO_SPACE);
    }
    if (refused(t, name, words)) {
      return Optional.of(REFUSED);
    }
    if (t instanceof FileNotFoundException && OTHER_REASON.matcher(words).find()) {
      return Optional.of(TEMPORARY);
    }
    if (t instanceof FileNotFoundException
        || t instanceof NoSuchFileException
        || name.endsWith(".FileNotFoundException")) {
      return Optional.of(MISSING);
    }
    if (t instanceof EOFException) {
      // A server that closes a connection ends a stream, too, which is no end of a file.
      return Optional.of(words.contains("End of File Exception between") ? TEMPORARY : DAMAGED);
    }
    return Optional.empty();
  }

  /** Of the exception, or of that which a server sent. */
  static String name(Throwable t) {
    return t instanceof RemoteException remote ? remote.getClassName() : t.getClass().getName();
  }

  /** By names and words: the classes are of servers, and Java has none for a full disk. */
  private static boolean noSpace(String name, String words) {
    return name.contains("QuotaExceeded")
        || name.contains("QuotaByStorageType")
        || name.contains("CapacityExceeded")
        || name.contains("DiskOutOfSpace")
        || words.endsWith("no space left on device")
        || words.endsWith("disk quota exceeded");
  }

  private static boolean refused(Throwable t, String name, String words) {
    return t instanceof UnsupportedOperationException
        || name.endsWith("AccessControlException")
        || name.endsWith("AccessDeniedException")
        || name.endsWith("AuthorizationException")
        || name.endsWith("InvalidToken")
        || name.endsWith("FileAlreadyExistsException")
        || name.endsWith("ParentNotDirectoryException")
        || words.endsWith("(Permission denied)")
        || words.endsWith("(Is a directory)")
        || words.contains("Read-only file system");
  }
}

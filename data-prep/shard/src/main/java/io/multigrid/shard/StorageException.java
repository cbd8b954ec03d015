package io.multigrid.shard;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** A file that could not be read or written: the message has the file, the cause and the remedy. */
public final class StorageException extends IOException {
  private static final long serialVersionUID = 1;

  private StorageException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * @param what the verb: read, write
   */
  public static StorageException of(String what, Path file, IOException cause) {
    if (cause instanceof StorageException known) {
      return known;
    }
    return new StorageException(
        "Cannot %s %s: %s; %s".formatted(what, file, reason(cause), remedy(cause)), cause);
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    String first = message == null ? "" : message.lines().findFirst().orElse("").strip();
    return first.isEmpty() ? cause.getClass().getSimpleName() : first;
  }

  /** By names and words, for the classes are of file systems that need not be here. */
  private static String remedy(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      String text = t.getClass().getName() + ": " + t.getMessage();
      if (text.contains("DSQuotaExceeded") || text.contains("QuotaByStorageType")) {
        return "the folder's space quota is used up: raise it (hdfs dfsadmin -setSpaceQuota) or free space, then run again; what is finished is kept";
      }
      if (text.contains("NSQuotaExceeded")) {
        return "the folder's quota of names is used up: raise it (hdfs dfsadmin -setQuota), or set prep.videos-per-shard higher, then run again; what is finished is kept";
      }
      if (text.contains("No space left") || text.contains("DiskOutOfSpace")) {
        return "the disk is full: free space, then run again; what is finished is kept";
      }
      if (text.contains("SafeMode")) {
        return "the name node is in safe mode: wait until it leaves (hdfs dfsadmin -safemode wait), then run again; what is finished is kept";
      }
      if (text.contains("AccessControlException") || text.contains("AccessDenied")) {
        return "grant this user the right (hdfs dfs -chmod, -chown or -setfacl), or take another folder";
      }
      if (text.contains("could only be written to 0 of")
          || text.contains("Could not obtain block")
          || text.contains("BlockMissing")) {
        return "no data node can take or give its blocks: look at hdfs dfsadmin -report, then run again; what is finished is kept";
      }
      if (t instanceof java.net.UnknownHostException || t instanceof java.net.ConnectException) {
        return "nobody answers there: check the host and port of the URI, and that the service runs";
      }
      if (t instanceof FileNotFoundException) {
        return "check the path";
      }
    }
    return "see the cause, then run again; what is finished is kept";
  }
}

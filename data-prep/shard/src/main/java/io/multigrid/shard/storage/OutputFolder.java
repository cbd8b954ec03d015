package io.multigrid.shard.storage;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.security.UserGroupInformation;

/** Whether results can go where they are wanted, asked before anything is computed. */
public final class OutputFolder {
  private OutputFolder() {}

  /**
   * @param option that names the folder, for messages
   * @throws ConfigurationException if a file is in the way, or this user may not write there
   */
  public static void check(FileSystem files, Path folder, String option) throws IOException {
    check(folder, option, files, at -> writable(files, at));
  }

  static void check(Path folder, String option, FileSystem files, Predicate<Path> writable)
      throws IOException {
    for (Path at = folder; at != null; at = at.getParent()) {
      Optional<FileStatus> there = status(files, at);
      if (there.isEmpty()) {
        continue;
      }
      if (!there.get().isDirectory()) {
        throw refusal(
            option,
            folder,
            "a folder is wanted, and " + at + " is a file",
            "give another folder, or move the file away");
      }
      if (!writable.test(at)) {
        throw refusal(
            option,
            folder,
            "the user %s may not write into the folder %s"
                .formatted(UserGroupInformation.getCurrentUser().getShortUserName(), at),
            "grant that right (chmod, chown; hdfs dfs -chmod), or give another folder");
      }
      return;
    }
  }

  private static ConfigurationException refusal(
      String option, Path folder, String limit, String remedy) {
    return new ConfigurationException(
        List.of(new Problem("command line", option, folder.toString(), limit, remedy)));
  }

  /** Where this user may not look, what is above says why: a file, or a folder that is closed. */
  private static Optional<FileStatus> status(FileSystem files, Path at) throws StorageException {
    try {
      return Optional.of(Storage.status(files, at));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING && e.failure() != Failure.REFUSED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Where nobody can say, writing will tell. */
  private static boolean writable(FileSystem files, Path at) {
    Optional<java.nio.file.Path> local = Storage.local(files, at);
    if (local.isPresent()) {
      return Files.isWritable(local.get());
    }
    try {
      if (files instanceof DistributedFileSystem) {
        files.access(at, FsAction.WRITE_EXECUTE);
      }
      return true;
    } catch (AccessControlException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}

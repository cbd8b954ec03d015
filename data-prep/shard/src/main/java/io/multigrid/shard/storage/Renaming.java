package io.multigrid.shard.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/**
 * Renaming in one step, as far as a file system can.
 *
 * <ul>
 *   <li>Local: rename(2), and link(2) for a name that must be free. (Hadoop's own FileContext
 *       deletes a local file before it renames another to its name.)
 *   <li>HDFS: one call to the name node.
 *   <li>Others: as their FileContext does it; without one, rename, and if that refuses to replace,
 *       delete and rename, between which readers find no file.
 * </ul>
 */
final class Renaming {
  private Renaming() {}

  /** Replaces what is there. */
  static void replace(FileSystem files, Path from, Path to) throws IOException {
    try {
      if (files instanceof RawLocalFileSystem local) {
        forgetChecksum(local, to);
        Files.move(
            local.pathToFile(from).toPath(),
            local.pathToFile(to).toPath(),
            StandardCopyOption.ATOMIC_MOVE);
      } else {
        rename(files, from, to, Options.Rename.OVERWRITE);
      }
    } catch (IOException | FSError e) {
      throw StorageException.of("write", to, e);
    }
  }

  /**
   * Takes a name that is free.
   *
   * @return whether it was free
   */
  static boolean ifAbsent(FileSystem files, Path from, Path to) throws IOException {
    try {
      if (files instanceof RawLocalFileSystem local) {
        link(local.pathToFile(from).toPath(), local.pathToFile(to).toPath());
      } else {
        rename(files, from, to, Options.Rename.NONE);
      }
      return true;
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (IOException | FSError e) {
      throw StorageException.of("write", to, e);
    }
  }

  /** Where there are no hard links (FAT, some network disks), two at once may both believe it. */
  private static void link(java.nio.file.Path from, java.nio.file.Path to) throws IOException {
    try {
      Files.createLink(to, from);
      Files.delete(from);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | java.nio.file.FileSystemException e) {
      Files.move(from, to);
    }
  }

  /** What Hadoop may have written beside an older file says nothing of the new one. */
  static void forgetChecksum(FileSystem files, Path of) throws IOException {
    if (files instanceof RawLocalFileSystem local) {
      java.nio.file.Path file = local.pathToFile(of).toPath();
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    }
  }

  private static void rename(FileSystem files, Path from, Path to, Options.Rename existing)
      throws IOException {
    if (files instanceof DistributedFileSystem hdfs) {
      hdfs.rename(from, to, existing);
      return;
    }
    try {
      FileContext.getFileContext(files.getUri(), files.getConf()).rename(from, to, existing);
    } catch (UnsupportedFileSystemException e) {
      if (existing == Options.Rename.NONE && files.exists(to)) {
        throw new FileAlreadyExistsException(to + " is there already");
      }
      if (renamed(files, from, to)) {
        return;
      }
      if (existing == Options.Rename.NONE && files.exists(to)) {
        throw new FileAlreadyExistsException(to + " is there already");
      }
      boolean free = existing == Options.Rename.OVERWRITE && files.delete(to, false);
      if (!free || !files.rename(from, to)) {
        throw new IOException("cannot rename " + from + " to it", e);
      }
    }
  }

  private static boolean renamed(FileSystem files, Path from, Path to) throws IOException {
    try {
      return files.rename(from, to);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }
}

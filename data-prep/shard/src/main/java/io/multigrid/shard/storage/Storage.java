package io.multigrid.shard.storage;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Files through Hadoop's FileSystem: they appear whole or not at all, and every failure is a {@link
 * StorageException}.
 *
 * <p>Local files are read and written without Hadoop's checksum files: two files cannot be replaced
 * in one step, and what is stored here has checksums of its own.
 */
public final class Storage {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String UNFINISHED = ".writing";

  private Storage() {}

  /** Writes the content of a file; closing the stream is not the end of it. */
  public interface Content {
    void to(OutputStream out) throws IOException;
  }

  private static final class Shared extends FilterOutputStream {
    Shared(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() {}
  }

  private interface Call<T> {
    T of(FileSystem files) throws IOException;
  }

  /** Writes a file beside its place, then renames it; an older one is replaced in one step. */
  public static void write(FileSystem files, Path file, byte[] content) throws IOException {
    write(files, file, out -> out.write(content));
  }

  /** As {@link #write(FileSystem, Path, byte[])}, in UTF-8. */
  public static void write(FileSystem files, Path file, String text) throws IOException {
    write(files, file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #write(FileSystem, Path, byte[])}, of any length. */
  public static void write(FileSystem files, Path file, Content content) throws IOException {
    try (NewFile out = NewFile.create(files, file)) {
      content.to(new Shared(out));
      out.commit();
    } catch (IOException e) {
      throw StorageException.of("write", file, e);
    }
  }

  /**
   * Writes a file if there is none yet: of several that want the name, one gets it.
   *
   * @return whether there was none
   */
  public static boolean writeNew(FileSystem files, Path file, byte[] content) throws IOException {
    try (NewFile out = NewFile.create(files, file)) {
      out.write(content);
      return out.commitNew();
    }
  }

  /** Opens a file. */
  public static StorageInput open(FileSystem files, Path file) throws IOException {
    FileSystem plain = plain(files);
    return call("read", plain, file, f -> new StorageInput(f, file, f.open(file)));
  }

  /** The whole of a small file. */
  public static byte[] read(FileSystem files, Path file) throws IOException {
    try (InputStream in = open(files, file)) {
      return in.readAllBytes();
    }
  }

  /** As {@link #read}, of UTF-8. */
  public static String text(FileSystem files, Path file) throws IOException {
    return new String(read(files, file), StandardCharsets.UTF_8);
  }

  /** A file that grows in place, for folders that are not visible yet. */
  public static StorageOutput create(FileSystem files, Path file) throws IOException {
    return create(plain(files), file, file);
  }

  /**
   * @param told for messages
   */
  static StorageOutput create(FileSystem plain, Path file, Path told) throws IOException {
    return call(
        "write",
        plain,
        told,
        f -> {
          Renaming.forgetChecksum(f, file);
          return new StorageOutput(told, f.create(file, true, BUFFER_BYTES));
        });
  }

  /** Goes on with a file. */
  public static StorageOutput append(FileSystem files, Path file) throws IOException {
    return call("write", files, file, f -> new StorageOutput(file, f.append(file)));
  }

  /** Length and time of a file or folder. */
  public static FileStatus status(FileSystem files, Path file) throws StorageException {
    return call("read", files, file, f -> f.getFileStatus(file));
  }

  /** Whether there is a file or folder. What cannot be asked is a failure, and not an absence. */
  public static boolean exists(FileSystem files, Path file) throws StorageException {
    try {
      status(files, file);
      return true;
    } catch (StorageException e) {
      if (e.failure() == Failure.MISSING) {
        return false;
      }
      throw e;
    }
  }

  /** What is in a folder; nothing if there is no such folder. */
  public static List<FileStatus> list(FileSystem files, Path folder) throws StorageException {
    try {
      return call("list", files, folder, f -> List.of(f.listStatus(folder)));
    } catch (StorageException e) {
      if (e.failure() == Failure.MISSING) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Hands over every file below a folder.
   *
   * @throws StorageException that is {@link Failure#MISSING} if there is no such folder
   */
  public static void eachFile(FileSystem files, Path folder, Consumer<FileStatus> taker)
      throws StorageException {
    call(
        "list",
        files,
        folder,
        f -> {
          RemoteIterator<LocatedFileStatus> all = f.listFiles(folder, true);
          while (all.hasNext()) {
            taker.accept(all.next());
          }
          return null;
        });
  }

  /** Where a file is on a disk of this machine; empty if it is elsewhere. */
  public static Optional<java.nio.file.Path> local(FileSystem files, Path file) {
    return plain(files) instanceof RawLocalFileSystem disk
        ? Optional.of(disk.pathToFile(file).toPath())
        : Optional.empty();
  }

  /** Makes a folder, and those above it, if it is not there. */
  public static void makeFolder(FileSystem files, Path folder) throws StorageException {
    call("write", files, folder, f -> f.mkdirs(folder));
  }

  /** Deletes a file, or a folder and all that is in it, if it is there. */
  public static void delete(FileSystem files, Path path) throws StorageException {
    call(
        "delete",
        files,
        path,
        f -> {
          Renaming.forgetChecksum(f, path);
          return f.delete(path, true);
        });
  }

  /** Renames a folder to a name that is free. */
  public static void rename(FileSystem files, Path from, Path to) throws StorageException {
    call(
        "rename",
        files,
        from,
        f -> {
          if (!f.rename(from, to)) {
            throw new IOException("cannot take the name " + to);
          }
          return null;
        });
  }

  /** A name beside a file's place, different at every call, so that two writers never meet. */
  public static Path temporary(Path file) {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    return new Path(file.getParent(), "." + file.getName() + "." + mark + UNFINISHED);
  }

  /** Is this the temporary name of a file that was never finished? */
  public static boolean unfinished(Path file) {
    return file.getName().toLowerCase(Locale.ROOT).endsWith(UNFINISHED);
  }

  /** Deletes what was never finished in a folder that nobody else writes to. */
  public static void sweep(FileSystem files, Path folder) throws StorageException {
    for (FileStatus status : list(files, folder)) {
      if (unfinished(status.getPath())) {
        delete(files, status.getPath());
      }
    }
  }

  static FileSystem plain(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** Hadoop's local file system throws errors, and others what Java has for programmers. */
  private static <T> T call(String what, FileSystem files, Path file, Call<T> call)
      throws StorageException {
    try {
      return call.of(plain(files));
    } catch (IOException | FSError | UnsupportedOperationException e) {
      throw StorageException.of(what, file, e);
    }
  }
}

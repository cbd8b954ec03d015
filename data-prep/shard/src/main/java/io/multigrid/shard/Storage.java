package io.multigrid.shard;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Files that appear whole or not at all, through Hadoop's FileSystem. */
public final class Storage {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final String UNFINISHED = ".writing";

  private Storage() {}

  /** Writes the content of a file. */
  public interface Content {
    void to(OutputStream out) throws IOException;
  }

  /** Writes a file beside its place, then renames it; an older one is replaced in one step. */
  public static void write(FileSystem files, Path file, byte[] content) throws IOException {
    write(files, file, out -> out.write(content));
  }

  /** As {@link #write(FileSystem, Path, byte[])}, for content that is not in memory. */
  public static void write(FileSystem files, Path file, Content content) throws IOException {
    write(files, file, content, Options.Rename.OVERWRITE);
  }

  /**
   * Writes a file beside its place, then renames it, if there is none yet.
   *
   * @return whether there was none
   */
  public static boolean writeNew(FileSystem files, Path file, byte[] content) throws IOException {
    try {
      write(files, file, out -> out.write(content), Options.Rename.NONE);
      return true;
    } catch (StorageException e) {
      if (e.getCause() instanceof FileAlreadyExistsException) {
        return false;
      }
      throw e;
    }
  }

  private static void write(FileSystem files, Path file, Content content, Options.Rename existing)
      throws IOException {
    Path temporary = temporary(file);
    OutputStream out = null;
    try {
      out = create(files, temporary);
      content.to(out);
      out.close();
      rename(files, temporary, file, existing);
    } catch (IOException e) {
      abandon(files, temporary, out);
      throw StorageException.of("write", file, e);
    }
  }

  /** A stream whose failures are exceptions; Hadoop's local file system makes them errors. */
  static OutputStream create(FileSystem files, Path file) throws IOException {
    try {
      return new Output(files.create(file, true, BUFFER_BYTES));
    } catch (FSError e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static final class Output extends FilterOutputStream {
    Output(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (FSError e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      try {
        out.close();
      } catch (FSError e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /** A name beside a file's place, different at every call, so that two writers never meet. */
  static Path temporary(Path file) {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    return new Path(file.getParent(), "." + file.getName() + "." + mark + UNFINISHED);
  }

  /** Is this the temporary name of a file that was never finished? */
  public static boolean unfinished(Path file) {
    return file.getName().toLowerCase(Locale.ROOT).endsWith(UNFINISHED);
  }

  /**
   * Closes and deletes what will not be finished. A file system that could not write often cannot
   * close either; the first failure is the one to tell.
   */
  static void abandon(FileSystem files, Path temporary, OutputStream out) {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException ignored) {
      // Told by whoever failed first.
    }
    try {
      files.delete(temporary, false);
    } catch (IOException ignored) {
      // Nobody reads a temporary name; it is collected as an orphan.
    }
  }

  /** Replaces what is there in one step. */
  static void rename(FileSystem files, Path from, Path to) throws IOException {
    rename(files, from, to, Options.Rename.OVERWRITE);
  }

  private static void rename(FileSystem files, Path from, Path to, Options.Rename existing)
      throws IOException {
    try {
      FileContext.getFileContext(files.getUri(), files.getConf()).rename(from, to, existing);
    } catch (UnsupportedFileSystemException e) {
      if (existing == Options.Rename.OVERWRITE) {
        files.delete(to, false);
      } else if (files.exists(to)) {
        throw new FileAlreadyExistsException(to + " is there already");
      }
      if (!files.rename(from, to)) {
        throw new IOException("Cannot rename " + from + " to " + to, e);
      }
    }
  }
}

package io.multigrid.shard;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Files that appear whole or not at all, through Hadoop's FileSystem. */
public final class Storage {
  private Storage() {}

  /** Writes a file beside its place, then renames it; an older one is replaced in one step. */
  public static void write(FileSystem files, Path file, byte[] content) throws IOException {
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".writing");
    try (OutputStream out = files.create(temporary, true)) {
      out.write(content);
    } catch (IOException e) {
      files.delete(temporary, false);
      throw new IOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    rename(files, temporary, file);
  }

  static void rename(FileSystem files, Path from, Path to) throws IOException {
    Configuration configuration = files.getConf();
    try {
      FileContext.getFileContext(files.getUri(), configuration)
          .rename(from, to, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      files.delete(to, false);
      if (!files.rename(from, to)) {
        throw new IOException("Cannot rename " + from + " to " + to, e);
      }
    }
  }
}

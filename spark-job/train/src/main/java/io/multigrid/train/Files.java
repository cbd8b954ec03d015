package io.multigrid.train;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files that are whole or not there: written beside their place, then renamed. */
public final class Files {
  private Files() {}

  /** Writes the content of a file. */
  public interface Content {
    void to(OutputStream out) throws IOException;
  }

  public static void write(FileSystem files, Path file, String text) throws IOException {
    write(files, file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  public static void write(FileSystem files, Path file, Content content) throws IOException {
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".writing");
    try (OutputStream out = files.create(temporary, true)) {
      content.to(out);
    } catch (IOException e) {
      files.delete(temporary, false);
      throw new IOException("Cannot write " + file + ": " + e.getMessage(), e);
    }
    files.delete(file, false);
    if (!files.rename(temporary, file)) {
      throw new IOException("Cannot rename " + temporary + " to " + file);
    }
  }
}

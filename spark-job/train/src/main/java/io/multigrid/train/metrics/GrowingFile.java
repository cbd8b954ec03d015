package io.multigrid.train.metrics;

import io.multigrid.shard.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that is read while it grows, and goes on growing in another process. Storage that is away
 * for a while is waited for without stopping the writer: what could not be written is kept and
 * written later.
 *
 * <p>Local files are written without Hadoop's checksum file, which could not keep up.
 */
public final class GrowingFile implements AutoCloseable {
  private final FileSystem files;
  private final Path file;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private FSDataOutputStream out;
  private long written;

  public GrowingFile(FileSystem files, Path file) {
    this.files = files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
    this.file = file;
  }

  /** All text; empty if there is no such file. */
  String read() throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    }
  }

  /** Replaces what the file holds, in one step, and opens it. */
  void start(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Storage.write(files, file, to -> to.write(bytes));
    written = bytes.length;
    out = files.append(file);
  }

  void add(byte[] bytes) {
    waiting.writeBytes(bytes);
  }

  /** Tries to write what waits. What fails is tried again by the next call. */
  void flush() {
    try {
      write();
    } catch (IOException e) {
      abandon();
    }
  }

  private void write() throws IOException {
    if (out == null) {
      reopen();
    }
    byte[] bytes = waiting.toByteArray();
    out.write(bytes);
    out.hflush();
    waiting.reset();
    written += bytes.length;
  }

  /** How much of the last attempt arrived is not known: the file is cut to what is known. */
  private void reopen() throws IOException {
    byte[] known;
    try (InputStream in = files.open(file)) {
      known = in.readNBytes(Math.toIntExact(written));
    }
    if (known.length < written) {
      throw new IOException(
          "%s has %d bytes, %d were written".formatted(file, known.length, written));
    }
    Storage.write(files, file, to -> to.write(known));
    out = files.append(file);
  }

  private void abandon() {
    FSDataOutputStream broken = out;
    out = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (IOException e) {
        // it was broken before; the next flush opens the file anew
      }
    }
  }

  /** Tries twice: the first time may find that a data node of the open file is gone. */
  @Override
  public void close() throws IOException {
    flush();
    try {
      write();
    } finally {
      if (out != null) {
        out.close();
      }
    }
  }
}

package io.multigrid.shard.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** A file that is being written, whose failures are {@link StorageException}s. */
public final class StorageOutput extends OutputStream {
  private final Path file;
  private final FSDataOutputStream out;

  /**
   * @param file for messages
   */
  StorageOutput(Path file, FSDataOutputStream out) {
    this.file = file;
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException | FSError e) {
      throw StorageException.of("write", file, e);
    }
  }

  /** Readers see what was written so far, and it stays if this process ends. */
  @Override
  public void flush() throws IOException {
    try {
      out.hflush();
    } catch (IOException | FSError e) {
      throw StorageException.of("write", file, e);
    }
  }

  /** What was written so far stays if the machine ends. */
  void sync() throws IOException {
    try {
      out.hsync();
    } catch (IOException | FSError e) {
      throw StorageException.of("write", file, e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException | FSError e) {
      throw StorageException.of("write", file, e);
    }
  }
}

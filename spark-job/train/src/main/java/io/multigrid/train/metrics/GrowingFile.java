package io.multigrid.train.metrics;

import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that is read while it grows, and goes on growing in another process. It may be of any
 * length; what it holds passes through a buffer. Storage that is away, or full, for a while is
 * waited for without stopping the writer: what could not be written is kept and written later.
 */
public final class GrowingFile implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 16;

  private final FileSystem files;
  private final Path file;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private StorageOutput out;
  private long written;
  private boolean started;

  public GrowingFile(FileSystem files, Path file) {
    this.files = files;
    this.file = file;
  }

  /** Starts anew, with nothing. */
  void start() throws IOException {
    start(to -> {});
  }

  /** Goes on with some of the lines that there are, if there are any. */
  void restart(Predicate<String> lines) throws IOException {
    if (!Storage.exists(files, file)) {
      start();
      return;
    }
    try (InputStream in = Storage.open(files, file)) {
      start(to -> Lines.copy(in, to, lines));
    }
  }

  /** Replaces what the file holds, in one step, and opens it. */
  void start(Storage.Content content) throws IOException {
    Storage.write(files, file, content);
    written = Storage.status(files, file).getLen();
    out = Storage.append(files, file);
    started = true;
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
    out.flush();
    waiting.reset();
    written += bytes.length;
  }

  /** How much of the last attempt arrived is not known: the file is cut to what is known. */
  private void reopen() throws IOException {
    try (InputStream in = Storage.open(files, file)) {
      Storage.write(files, file, to -> copy(in, to));
    }
    out = Storage.append(files, file);
  }

  private void copy(InputStream in, OutputStream to) throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    for (long left = written; left > 0; ) {
      int n = in.read(block, 0, (int) Math.min(left, block.length));
      if (n < 0) {
        throw new IOException(
            "%s has %s bytes, %s were written".formatted(file, written - left, written));
      }
      to.write(block, 0, n);
      left -= n;
    }
  }

  private void abandon() {
    StorageOutput broken = out;
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
    if (!started) {
      return;
    }
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

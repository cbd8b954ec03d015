package io.multigrid.shard.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.BlockMissingException;

/** An open file whose failures are {@link StorageException}s. */
public final class StorageInput extends InputStream {
  private final FileSystem files;
  private final Path file;
  private final FSDataInputStream in;

  StorageInput(FileSystem files, Path file, FSDataInputStream in) {
    this.files = files;
    this.file = file;
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException | FSError e) {
      throw failure(e, -1, length);
    }
  }

  /**
   * Reads exactly {@code length} bytes from a place in the file; several threads may at once.
   *
   * @throws StorageException that is {@link Failure#DAMAGED} if the file ends before
   */
  public void readFully(long position, byte[] into, int length) throws IOException {
    try {
      in.readFully(position, into, 0, length);
    } catch (EOFException e) {
      boolean ends = endsBefore(position + length);
      throw StorageException.of("read", file, ends ? Failure.DAMAGED : Failure.TEMPORARY, e);
    } catch (IOException | FSError e) {
      throw failure(e, position, length);
    }
  }

  private boolean endsBefore(long end) throws StorageException {
    return Storage.status(files, file).getLen() < end;
  }

  /** HDFS says the same of a block whose nodes are away and of one of which no copy is whole. */
  private StorageException failure(Throwable e, long position, int length) {
    boolean damaged = e instanceof BlockMissingException && corrupt(position, length);
    return StorageException.of("read", file, damaged ? Failure.DAMAGED : Failure.of(e), e);
  }

  private boolean corrupt(long position, int length) {
    try {
      long from = position < 0 ? in.getPos() : position;
      for (BlockLocation block : files.getFileBlockLocations(file, from, length)) {
        if (block.isCorrupt()) {
          return true;
        }
      }
    } catch (IOException e) {
      // Who cannot be asked has not said that it is damaged.
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    try {
      in.close();
    } catch (IOException | FSError e) {
      throw StorageException.of("close", file, e);
    }
  }
}

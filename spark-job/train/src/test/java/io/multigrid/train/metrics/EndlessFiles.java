package io.multigrid.train.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Files of any length of which nothing is kept but how long they are: what is read is one line,
 * over and over.
 */
final class EndlessFiles extends FilterFileSystem {
  private final byte[] line;
  private final Map<String, Long> lengths = new HashMap<>();
  private boolean broken;

  EndlessFiles(String line) throws IOException {
    super(new RawLocalFileSystem());
    initialize(URI.create("file:///"), new Configuration());
    this.line = line.getBytes();
  }

  void put(Path path, long length) {
    lengths.put(name(path), length);
  }

  long length(Path path) {
    return lengths.getOrDefault(name(path), -1L);
  }

  /** Open files can no longer be written to. */
  void breakOpenFiles() {
    broken = true;
  }

  private static String name(Path path) {
    return path.toUri().getPath();
  }

  @Override
  public URI getUri() {
    return URI.create("endless:///");
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) {
    long length = length(path);
    return new FSDataInputStream(
        new FSInputStream() {
          private long at;

          @Override
          public int read() {
            return at == length ? -1 : line[(int) (at++ % line.length)];
          }

          @Override
          public int read(byte[] into, int offset, int count) {
            int n = (int) Math.min(count, length - at);
            for (int done = 0; done < n; ) {
              int from = (int) (at % line.length);
              int some = Math.min(n - done, line.length - from);
              System.arraycopy(line, from, into, offset + done, some);
              done += some;
              at += some;
            }
            return n == 0 && count > 0 ? -1 : n;
          }

          @Override
          public void seek(long position) {
            at = position;
          }

          @Override
          public long getPos() {
            return at;
          }

          @Override
          public boolean seekToNewSource(long target) {
            return false;
          }
        });
  }

  private FSDataOutputStream growing(Path path, long from) throws IOException {
    lengths.put(name(path), from);
    broken = false;
    return new FSDataOutputStream(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[1], 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int count) throws IOException {
            if (broken) {
              // Half of it arrives.
              lengths.merge(name(path), count / 2L, Long::sum);
              throw new IOException("the data node is gone");
            }
            lengths.merge(name(path), (long) count, Long::sum);
          }
        },
        null,
        from);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return growing(path, 0);
  }

  @Override
  public FSDataOutputStream append(Path path, int buffer, Progressable progress)
      throws IOException {
    return growing(path, length(path));
  }

  @Override
  public boolean rename(Path from, Path to) {
    lengths.put(name(to), lengths.remove(name(from)));
    return true;
  }

  @Override
  public boolean delete(Path path, boolean recursive) {
    return lengths.remove(name(path)) != null;
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    if (length(path) < 0) {
      throw new java.io.FileNotFoundException(path.toString());
    }
    return new FileStatus(length(path), false, 1, 1 << 20, 0, path);
  }
}

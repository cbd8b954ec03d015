package io.multigrid.train.feed;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Local files under {@code hanging:}, of which reads hang while {@link #hang} holds: they do not
 * even listen to interrupts.
 */
public final class HangingFileSystem extends RawLocalFileSystem {
  static volatile CountDownLatch answers = new CountDownLatch(0);
  static volatile CountDownLatch asked = new CountDownLatch(1);
  static final AtomicInteger OPEN = new AtomicInteger();
  static final AtomicBoolean READ_AFTER_CLOSE = new AtomicBoolean();

  static Configuration settings() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.hanging.impl", HangingFileSystem.class.getName());
    return hadoop;
  }

  static void hang() {
    asked = new CountDownLatch(1);
    answers = new CountDownLatch(1);
  }

  @Override
  public URI getUri() {
    return URI.create("hanging:///");
  }

  @Override
  public FSDataInputStream open(Path file, int buffer) throws IOException {
    OPEN.incrementAndGet();
    return new FSDataInputStream(new Hanging(super.open(file, buffer)));
  }

  private static final class Hanging extends FSInputStream {
    private final FSDataInputStream in;
    private volatile boolean closed;

    Hanging(FSDataInputStream in) {
      this.in = in;
    }

    private void await() {
      asked.countDown();
      while (answers.getCount() > 0) {
        try {
          answers.await();
        } catch (InterruptedException e) {
          // as a system call that does not end
        }
      }
      if (closed) {
        READ_AFTER_CLOSE.set(true);
      }
    }

    @Override
    public int read() throws IOException {
      await();
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      await();
      return in.read(bytes, offset, length);
    }

    @Override
    public int read(long position, byte[] bytes, int offset, int length) throws IOException {
      await();
      return in.read(position, bytes, offset, length);
    }

    @Override
    public void seek(long position) throws IOException {
      in.seek(position);
    }

    @Override
    public long getPos() throws IOException {
      return in.getPos();
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        OPEN.decrementAndGet();
        in.close();
      }
    }
  }
}

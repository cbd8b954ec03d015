package io.multigrid.models.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** Little-endian reading of a stream whose length is known, and that counts. */
final class Bytes {
  private static final int LONGEST_LINE = 1024;

  private final InputStream in;
  private final long length;
  private long position;

  Bytes(InputStream in, long length) {
    this.in = in;
    this.length = length;
  }

  long position() {
    return position;
  }

  int one() throws IOException {
    int value = position < length ? in.read() : -1;
    if (value < 0) {
      throw new IOException("it ends at byte " + position);
    }
    position++;
    return value;
  }

  byte[] raw(long count) throws IOException {
    if (count < 0 || count > length - position || count > Integer.MAX_VALUE - 16) {
      throw new IOException(
          "%s bytes should follow byte %s of %s".formatted(count, position, length));
    }
    byte[] bytes = in.readNBytes((int) count);
    position += bytes.length;
    if (bytes.length < count) {
      throw new IOException("it ends at byte " + position);
    }
    return bytes;
  }

  void skip(long count) throws IOException {
    if (count < 0 || count > length - position) {
      throw new IOException(
          "%s bytes should follow byte %s of %s".formatted(count, position, length));
    }
    in.skipNBytes(count);
    position += count;
  }

  private ByteBuffer little(int count) throws IOException {
    return ByteBuffer.wrap(raw(count)).order(ByteOrder.LITTLE_ENDIAN);
  }

  int unsignedShort() throws IOException {
    return little(2).getShort() & 0xffff;
  }

  int integer() throws IOException {
    return little(4).getInt();
  }

  long unsignedInteger() throws IOException {
    return integer() & 0xffffffffL;
  }

  long longInteger() throws IOException {
    return little(8).getLong();
  }

  double bigEndianDouble() throws IOException {
    return ByteBuffer.wrap(raw(8)).getDouble();
  }

  String text(long count, Charset charset) throws IOException {
    return new String(raw(count), charset);
  }

  /** Up to a line feed, which is left out. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = one(); c != '\n'; c = one()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line of more than %s bytes".formatted(LONGEST_LINE));
      }
      line.append((char) c);
    }
    return line.toString();
  }
}

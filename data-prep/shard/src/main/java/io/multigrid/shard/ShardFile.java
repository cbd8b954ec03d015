package io.multigrid.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.shard.storage.StorageInput;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** One open shard. Positioned reads only, so it may be shared; closing it ends all of them. */
final class ShardFile implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final StorageInput in;

  /**
   * Where a record's frames are.
   *
   * @param offsets of every frame in the file, and of the end
   * @param crcs of every frame
   */
  record Table(int width, int height, long[] offsets, int[] crcs) {
    int frames() {
      return crcs.length;
    }
  }

  ShardFile(FileSystem files, Path file) throws IOException {
    this.file = file;
    this.in = Storage.open(files, file);
  }

  /** Reads and checks the index of a shard. */
  static ShardIndex index(FileSystem files, Path file) throws IOException {
    long length = Storage.status(files, file).getLen();
    try (ShardFile shard = new ShardFile(files, file)) {
      return shard.index(length);
    }
  }

  private ShardIndex index(long length) throws IOException {
    if (length < ShardFormat.HEADER_BYTES + ShardFormat.TRAILER_BYTES) {
      throw ShardException.damage(
          file,
          length,
          "the end",
          "at least " + (ShardFormat.HEADER_BYTES + ShardFormat.TRAILER_BYTES) + " bytes");
    }
    ByteBuffer header = read(0, ShardFormat.HEADER_BYTES);
    expectMagic(header, ShardFormat.MAGIC, 0);
    int version = header.getInt();
    if (version != ShardFormat.VERSION) {
      throw ShardException.damage(file, 8, "version " + version, "version " + ShardFormat.VERSION);
    }
    long trailerAt = length - ShardFormat.TRAILER_BYTES;
    ByteBuffer trailer = read(trailerAt, ShardFormat.TRAILER_BYTES);
    long indexAt = trailer.getLong();
    int indexBytes = trailer.getInt();
    int indexCrc = trailer.getInt();
    expectMagic(trailer, ShardFormat.END_MAGIC, trailerAt + 16);
    if (indexBytes < 0 || indexAt < ShardFormat.HEADER_BYTES || indexAt + indexBytes != trailerAt) {
      throw ShardException.damage(
          file,
          trailerAt,
          "index at " + indexAt + " of " + indexBytes + " bytes",
          "one that ends here");
    }
    byte[] index = read(indexAt, indexBytes).array();
    expectCrc(Checksum.crc32c(index, 0, indexBytes), indexCrc, "index checksum", indexAt);
    try {
      return JSON.readValue(index, ShardIndex.class);
    } catch (JsonProcessingException e) {
      throw ShardException.damage(file, indexAt, JsonFault.text(e), "the index of SPEC.md");
    }
  }

  Table table(long offset, int frames) throws IOException {
    return table(read(offset, tableBytes(frames)), offset, frames);
  }

  /** Of a record's beginning: its header and table. */
  static int tableBytes(int frames) {
    return ShardFormat.RECORD_HEADER_BYTES + ShardFormat.TABLE_ENTRY_BYTES * frames;
  }

  /** The table of a record whose beginning was read. */
  Table table(ByteBuffer head, long offset, int frames) {
    int bytes = tableBytes(frames);
    expectMagic(head, ShardFormat.RECORD_MAGIC, offset);
    int crc = head.getInt();
    expectCrc(
        Checksum.crc32c(head.array(), ShardFormat.CHECKED_FROM, bytes - ShardFormat.CHECKED_FROM),
        crc,
        "record checksum",
        offset);
    int count = head.getInt();
    if (count != frames) {
      throw ShardException.damage(file, offset + 8, count + " frames", frames + " as in the index");
    }
    int width = head.getShort() & 0xFFFF;
    int height = head.getShort() & 0xFFFF;
    long[] offsets = new long[frames + 1];
    int[] crcs = new int[frames];
    long at = offset + bytes;
    for (int f = 0; f < frames; f++) {
      offsets[f] = at;
      at += head.getInt() & 0xFFFFFFFFL;
      crcs[f] = head.getInt();
    }
    offsets[frames] = at;
    return new Table(width, height, offsets, crcs);
  }

  /** Reads bytes into {@code into}, which must be long enough. */
  void read(long offset, byte[] into, int length) throws IOException {
    try {
      in.readFully(offset, into, length);
    } catch (StorageException e) {
      if (e.failure() != Failure.DAMAGED) {
        throw e;
      }
      throw e.getCause() instanceof EOFException
          ? ShardException.damage(file, offset, "the end of the file", length + " bytes")
          : ShardException.damage(file, offset, length, e);
    }
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    read(offset, bytes, length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void expectMagic(ByteBuffer bytes, byte[] magic, long at) {
    byte[] found = new byte[magic.length];
    bytes.get(found);
    if (!Arrays.equals(found, magic)) {
      throw ShardException.damage(file, at, hex(found), hex(magic));
    }
  }

  void expectCrc(int found, int expected, String what, long at) {
    if (found != expected) {
      throw ShardException.damage(
          file, at, what + " %08x".formatted(found), "%08x".formatted(expected));
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append(b >= 32 && b < 127 ? String.valueOf((char) b) : "\\x%02x".formatted(b));
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

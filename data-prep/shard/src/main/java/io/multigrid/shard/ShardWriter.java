package io.multigrid.shard;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.storage.NewFile;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one shard. It stands under a temporary name until {@link #finish} renames it; a writer
 * that is closed without being finished leaves nothing. Failures to write are {@link
 * StorageException}s that name the file and the remedy.
 */
public final class ShardWriter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path target;
  private final String file;
  private final StoredGrid grid;
  private final FrameCodec codec;
  private final CRC32C crc = new CRC32C();
  private final NewFile shard;
  private final OutputStream out;
  private final List<ShardIndex.Record> records = new ArrayList<>();
  private long position;

  /**
   * @param file the shard's path below the data set, as the manifest will list it
   */
  public ShardWriter(FileSystem files, Path dataset, String file, StoredGrid grid, FrameCodec codec)
      throws IOException {
    this.file = file;
    this.grid = grid;
    this.codec = codec;
    this.target = new Path(dataset, file);
    this.shard = NewFile.create(files, target);
    this.out = new CheckedOutputStream(shard, crc);
    ByteBuffer header = little(ShardFormat.HEADER_BYTES);
    header.put(ShardFormat.MAGIC).putInt(ShardFormat.VERSION).putInt(0);
    try {
      write(header.array());
    } catch (IOException e) {
      shard.close();
      throw e;
    }
  }

  /**
   * Appends a video whose frames were encoded by the shard's codec.
   *
   * @return the record's offset
   */
  public long append(String path, int width, int height, double durationSeconds, FrameBytes frames)
      throws IOException {
    int count = frames.count();
    if (count < 1 || width < 1 || width > 65_535 || height < 1 || height > 65_535) {
      throw new IllegalArgumentException(
          "%s: %s frames of %s x %s; a record has at least 1, of 1 to 65,535 pixels a side"
              .formatted(path, count, width, height));
    }
    int tableEnd =
        Math.toIntExact(
            ShardFormat.RECORD_HEADER_BYTES + (long) ShardFormat.TABLE_ENTRY_BYTES * count);
    ByteBuffer head = little(tableEnd);
    head.put(ShardFormat.RECORD_MAGIC).putInt(0).putInt(count);
    head.putShort((short) width).putShort((short) height);
    long payload = 0;
    for (int f = 0; f < count; f++) {
      head.putInt(frames.length(f)).putInt(frames.crc(f));
      payload += frames.length(f);
    }
    head.putInt(
        4,
        Checksum.crc32c(
            head.array(), ShardFormat.CHECKED_FROM, tableEnd - ShardFormat.CHECKED_FROM));
    long offset = position;
    try {
      write(head.array());
      frames.writeTo(out);
    } catch (IOException e) {
      throw StorageException.of("write", target, e);
    }
    position += payload;
    records.add(
        new ShardIndex.Record(
            offset, tableEnd + payload, path, width, height, count, durationSeconds));
    return offset;
  }

  /** Writes index and trailer and makes the shard visible under its name. */
  public ShardInfo finish() throws IOException {
    byte[] index =
        JSON.writeValueAsBytes(
            new ShardIndex(grid.shortSide(), grid.fps(), codec.name(), codec.keyEvery(), records));
    ByteBuffer trailer = little(ShardFormat.TRAILER_BYTES);
    trailer.putLong(position).putInt(index.length);
    trailer.putInt(Checksum.crc32c(index, 0, index.length));
    trailer.put(ShardFormat.END_MAGIC);
    write(index);
    write(trailer.array());
    shard.commit();
    return new ShardInfo(file, records.size(), position, crc.getValue());
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  @Override
  public void close() throws IOException {
    shard.close();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

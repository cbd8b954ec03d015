package io.multigrid.shard;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.schedules.StoredGrid;
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
 * that is closed without being finished leaves nothing.
 */
public final class ShardWriter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem files;
  private final Path dataset;
  private final String file;
  private final Path temporary;
  private final StoredGrid grid;
  private final String codec;
  private final CRC32C crc = new CRC32C();
  private final OutputStream out;
  private final List<ShardIndex.Record> records = new ArrayList<>();
  private long position;
  private boolean finished;

  /**
   * @param file the shard's path below the data set, as the manifest will list it
   */
  public ShardWriter(FileSystem files, Path dataset, String file, StoredGrid grid, String codec)
      throws IOException {
    this.files = files;
    this.dataset = dataset;
    this.file = file;
    this.grid = grid;
    this.codec = codec;
    Path target = new Path(dataset, file);
    this.temporary = new Path(target.getParent(), "." + target.getName() + ".writing");
    this.out = new CheckedOutputStream(files.create(temporary, true, 1 << 16), crc);
    ByteBuffer header = little(ShardFormat.HEADER_BYTES);
    header.put(ShardFormat.MAGIC).putInt(ShardFormat.VERSION).putInt(0);
    write(header.array());
  }

  /** Appends a video whose frames were encoded by the shard's codec. */
  public void append(VideoEntry video, List<byte[]> frames) throws IOException {
    if (frames.isEmpty() || frames.size() != video.frames()) {
      throw new IllegalArgumentException(
          video.path() + ": " + frames.size() + " frames, its entry says " + video.frames());
    }
    if (video.width() < 1
        || video.width() > 65_535
        || video.height() < 1
        || video.height() > 65_535) {
      throw new IllegalArgumentException(
          video.path() + ": " + video.width() + " x " + video.height() + ": must be 1 to 65535");
    }
    int tableEnd = ShardFormat.RECORD_HEADER_BYTES + ShardFormat.TABLE_ENTRY_BYTES * frames.size();
    ByteBuffer head = little(tableEnd);
    head.put(ShardFormat.RECORD_MAGIC).putInt(0).putInt(frames.size());
    head.putShort((short) video.width()).putShort((short) video.height());
    long payload = 0;
    for (byte[] frame : frames) {
      head.putInt(frame.length).putInt(crc(frame, 0, frame.length));
      payload += frame.length;
    }
    head.putInt(
        4, crc(head.array(), ShardFormat.CHECKED_FROM, tableEnd - ShardFormat.CHECKED_FROM));
    records.add(
        new ShardIndex.Record(
            position,
            tableEnd + payload,
            video.path(),
            video.label(),
            video.split().text(),
            video.width(),
            video.height(),
            video.frames(),
            video.durationSeconds()));
    write(head.array());
    for (byte[] frame : frames) {
      write(frame);
    }
  }

  /** Writes index and trailer and makes the shard visible under its name. */
  public ShardInfo finish() throws IOException {
    byte[] index =
        JSON.writeValueAsBytes(new ShardIndex(grid.shortSide(), grid.fps(), codec, records));
    ByteBuffer trailer = little(ShardFormat.TRAILER_BYTES);
    trailer.putLong(position).putInt(index.length).putInt(crc(index, 0, index.length));
    trailer.put(ShardFormat.END_MAGIC);
    write(index);
    write(trailer.array());
    out.close();
    Storage.rename(files, temporary, new Path(dataset, file));
    finished = true;
    return new ShardInfo(file, records.size(), position, crc.getValue());
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  @Override
  public void close() throws IOException {
    if (!finished) {
      try {
        out.close();
      } finally {
        files.delete(temporary, false);
      }
    }
  }

  static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}

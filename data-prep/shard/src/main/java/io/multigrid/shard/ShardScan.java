package io.multigrid.shard;

import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads one shard from its first byte to its last, in one pass: the checksums of the file, of
 * tables and of frames, and every frame is decoded after the one before it.
 */
final class ShardScan {
  private static final int BUFFER_BYTES = 1 << 20;

  private final FileSystem files;
  private final Path file;
  private final FrameCodec codec;
  private final List<String> damages = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private long position;
  private byte[] bytes = new byte[BUFFER_BYTES];
  private byte[] rgb = new byte[0];

  ShardScan(FileSystem files, Path file, FrameCodec codec) {
    this.files = files;
    this.file = file;
    this.codec = codec;
  }

  /**
   * @param info what the manifest says of the shard
   * @param listed what the list of videos says of its records
   * @return every damage, with the record and the byte
   * @throws IOException if storage does not answer, or refuses, which says nothing of the shard
   */
  List<String> run(ShardInfo info, List<ListedRecords.Record> listed) throws IOException {
    try (ShardFile shard = new ShardFile(files, file);
        InputStream in = new BufferedInputStream(Storage.open(files, file), BUFFER_BYTES);
        FrameCodec.Decoder decoder = codec.decoder()) {
      Optional<ShardIndex> index = index();
      index.ifPresent(found -> compare(found, listed));
      for (ListedRecords.Record record :
          index.map(ShardScan::records).orElseGet(() -> inOrder(listed))) {
        if (record.offset() >= position) {
          forward(in, record.offset() - position);
          record(record, shard, in, decoder);
        }
      }
      forward(in, Long.MAX_VALUE);
      whole(info);
    } catch (EOFException e) {
      whole(info);
    } catch (IOException e) {
      Failure failure = Failure.of(e);
      if (failure != Failure.DAMAGED && failure != Failure.MISSING) {
        throw e;
      }
      damages.add("%s at byte %s: cannot be read: %s".formatted(file, position, e.getMessage()));
    }
    return damages;
  }

  private Optional<ShardIndex> index() throws IOException {
    try {
      return Optional.of(ShardFile.index(files, file));
    } catch (ShardException e) {
      damages.add("the index: " + e.damage());
      return Optional.empty();
    }
  }

  private static List<ListedRecords.Record> records(ShardIndex index) {
    List<ListedRecords.Record> all = new ArrayList<>();
    for (ShardIndex.Record record : index.records()) {
      all.add(
          new ListedRecords.Record(all.size(), record.path(), record.offset(), record.frames()));
    }
    return all;
  }

  private static List<ListedRecords.Record> inOrder(List<ListedRecords.Record> listed) {
    return listed.stream().sorted(Comparator.comparingLong(ListedRecords.Record::offset)).toList();
  }

  /** Does the shard's own index say what the list of videos says? */
  private void compare(ShardIndex index, List<ListedRecords.Record> listed) {
    List<ListedRecords.Record> records = records(index);
    for (ListedRecords.Record record : listed) {
      ListedRecords.Record found =
          record.index() < records.size() ? records.get(record.index()) : null;
      if (!record.equals(found)) {
        damages.add(
            "%s: record %s is %s; the list of videos has %s"
                .formatted(
                    file, record.index(), found == null ? "not there" : text(found), text(record)));
      }
    }
  }

  private static String text(ListedRecords.Record record) {
    return "%s with %s frames at byte %s"
        .formatted(record.path(), record.frames(), record.offset());
  }

  private void record(
      ListedRecords.Record record, ShardFile shard, InputStream in, FrameCodec.Decoder decoder)
      throws IOException {
    int length = ShardFile.tableBytes(record.frames());
    read(in, length);
    ShardFile.Table table;
    try {
      ByteBuffer head = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
      table = shard.table(head, record.offset(), record.frames());
    } catch (ShardException e) {
      damaged(record, e.damage());
      return;
    }
    int pixels = table.width() * table.height() * 3;
    rgb = rgb.length < pixels ? new byte[pixels] : rgb;
    boolean decodable = true;
    for (int f = 0; f < table.frames(); f++) {
      long at = position;
      int frameBytes = (int) (table.offsets()[f + 1] - table.offsets()[f]);
      read(in, frameBytes);
      decodable |= f % codec.keyEvery() == 0;
      int found = Checksum.crc32c(bytes, 0, frameBytes);
      if (found != table.crcs()[f]) {
        String expected = "%08x".formatted(table.crcs()[f]);
        damaged(
            record,
            "frame %s: %s"
                .formatted(
                    f,
                    ShardException.finding(
                        file, at, "frame checksum %08x".formatted(found), expected)));
        decodable = false;
      } else if (decodable) {
        decodable = decode(record, f, at, frameBytes, table, decoder);
      }
    }
  }

  private boolean decode(
      ListedRecords.Record record,
      int frame,
      long at,
      int length,
      ShardFile.Table table,
      FrameCodec.Decoder decoder) {
    try {
      decoder.decode(bytes, 0, length, table.width(), table.height(), rgb, 0);
      return true;
    } catch (ShardException e) {
      damaged(record, "frame %s: %s at byte %s: %s".formatted(frame, file, at, e.damage()));
      return false;
    }
  }

  private void damaged(ListedRecords.Record record, String what) {
    damages.add("record %s, %s: %s".formatted(record.index(), record.path(), what));
  }

  private void whole(ShardInfo info) {
    if (position != info.bytes()) {
      damages.add("%s: has %s bytes, the manifest says %s".formatted(file, position, info.bytes()));
    } else if (crc.getValue() != info.crc32c()) {
      damages.add(
          "%s: checksum %08x, the manifest says %08x"
              .formatted(file, crc.getValue(), info.crc32c()));
    }
  }

  /** Reads the next bytes into the beginning of {@link #bytes}. */
  private void read(InputStream in, int length) throws IOException {
    if (bytes.length < length) {
      bytes = new byte[Math.max(length, 2 * bytes.length)];
    }
    int count = in.readNBytes(bytes, 0, length);
    crc.update(bytes, 0, count);
    position += count;
    if (count < length) {
      throw new EOFException();
    }
  }

  /**
   * Goes on by so many bytes.
   *
   * @return whether the end is not reached yet
   */
  private boolean forward(InputStream in, long length) throws IOException {
    long left = length;
    while (left > 0) {
      int count = in.read(bytes, 0, (int) Math.min(bytes.length, left));
      if (count < 0) {
        return false;
      }
      crc.update(bytes, 0, count);
      position += count;
      left -= count;
    }
    return true;
  }
}

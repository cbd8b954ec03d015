package io.multigrid.shard;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The list of a revision's videos: gzip of JSON lines, in the order of their paths. It is written
 * and read as a stream, so memory does not grow with it.
 */
final class VideoList {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUFFER_BYTES = 1 << 16;

  private VideoList() {}

  /** Takes the JSON of all lines, one after the other. */
  private interface Lines {
    void from(JsonParser json) throws IOException;
  }

  static ShardInfo write(FileSystem files, Path dataset, String file, Iterable<StoredVideo> videos)
      throws IOException {
    CRC32C crc = new CRC32C();
    long[] bytes = {0};
    int[] records = {0};
    Storage.write(
        files,
        new Path(dataset, file),
        out -> {
          Counted counted = new Counted(out);
          GZIPOutputStream gzip =
              new GZIPOutputStream(new CheckedOutputStream(counted, crc), BUFFER_BYTES);
          ObjectWriter line = JSON.writerFor(StoredVideo.class);
          for (StoredVideo video : videos) {
            gzip.write(line.writeValueAsBytes(video));
            gzip.write('\n');
            records[0]++;
          }
          gzip.finish();
          bytes[0] = counted.bytes;
        });
    return new ShardInfo(file, records[0], bytes[0], crc.getValue());
  }

  /** Every video as a record, in the list's order. */
  static void each(FileSystem files, Path dataset, ShardInfo list, Consumer<StoredVideo> taker)
      throws IOException {
    read(
        files,
        dataset,
        list,
        json -> {
          try (MappingIterator<StoredVideo> videos =
              JSON.readerFor(StoredVideo.class).readValues(json)) {
            while (videos.hasNextValue()) {
              taker.accept(videos.nextValue());
            }
          }
        });
  }

  /** All videos as columns, a table a split. */
  static Map<Split, VideoTable> tables(FileSystem files, Path dataset, Manifest manifest)
      throws IOException {
    int grids = manifest.grids().size();
    Map<Split, VideoTable> tables = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      tables.put(split, new VideoTable(split, grids, manifest.count(split)));
    }
    read(files, dataset, manifest.list(), json -> new VideoLines(json, grids).into(tables));
    tables.values().forEach(VideoTable::complete);
    return tables;
  }

  private static void read(FileSystem files, Path dataset, ShardInfo list, Lines lines)
      throws IOException {
    Path file = new Path(dataset, list.file());
    try (Summed in = new Summed(Storage.open(files, file))) {
      try {
        // Not closed by the parser: what follows its end is checked, too.
        JsonParser json = JSON.getFactory().createParser(new GZIPInputStream(in, BUFFER_BYTES));
        lines.from(json.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE));
      } catch (JsonProcessingException e) {
        in.check(file, list);
        throw new ShardException(file + ": not a list of videos: " + JsonFault.text(e));
      } catch (ZipException | EOFException e) {
        in.check(file, list);
        throw new ShardException(file + ": not a list of videos: " + e.getMessage(), e);
      }
      in.check(file, list);
    } catch (IOException e) {
      throw StorageException.of("read", file, e);
    }
  }

  private static final class Counted extends java.io.FilterOutputStream {
    private long bytes;

    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      bytes++;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      out.write(from, offset, length);
      bytes += length;
    }
  }

  /** Sums up what is read, and what nobody read. */
  private static final class Summed extends java.io.FilterInputStream {
    private final CRC32C crc = new CRC32C();
    private long bytes;

    Summed(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      if (value >= 0) {
        crc.update(value);
        bytes++;
      }
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      if (count > 0) {
        crc.update(into, offset, count);
        bytes += count;
      }
      return count;
    }

    /** Is it, to its end, the file of the manifest? */
    void check(Path file, ShardInfo list) throws IOException {
      byte[] rest = new byte[BUFFER_BYTES];
      for (int n = 0; n >= 0; ) {
        n = read(rest, 0, rest.length);
      }
      if (bytes != list.bytes() || crc.getValue() != list.crc32c()) {
        throw new ShardException(
            "Cannot read %s: found %s bytes with checksum %08x, the manifest says %s with %08x; restore the file or prepare the data set again"
                .formatted(file, bytes, crc.getValue(), list.bytes(), list.crc32c()));
      }
    }
  }
}

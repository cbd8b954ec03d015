package io.multigrid.shard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A revision of a data set with its list of videos in memory. All that one JVM does with a revision
 * shares one of these.
 */
final class OpenedList {
  /** A JVM works with one data set at a time; who still holds another one keeps it. */
  private static final Cache<Key, OpenedList> OPENED = Caffeine.newBuilder().maximumSize(1).build();

  private static final long TABLES_BYTES = 16 << 20;
  private static final int TABLE_BYTES = 120;
  private static final int FRAME_BYTES = Long.BYTES + Integer.BYTES;
  private static final long SHARD_BYTES = 200;

  private final Manifest manifest;
  private final Map<Split, VideoTable> videos;

  /**
   * Where frames of records are, as read last. In the order of training a record does not come
   * twice in so short a time unless the data set is small; the views of an evaluated video do.
   */
  private final Cache<Place, ShardFile.Table> tables =
      Caffeine.newBuilder()
          .maximumWeight(TABLES_BYTES)
          .weigher((Place place, ShardFile.Table t) -> TABLE_BYTES + FRAME_BYTES * t.frames())
          .build();

  /** What tells revisions apart, also of data sets that stood in one place one after the other. */
  record Key(String uri, int revision, String fingerprint) {}

  /** How a list is read that is not open yet. */
  interface Reading {
    OpenedList read() throws IOException;
  }

  /** A record of a grid. */
  record Place(int grid, int shard, int record) {}

  private OpenedList(Manifest manifest, Map<Split, VideoTable> videos) {
    this.manifest = manifest;
    this.videos = videos;
  }

  /** Reads the list of a manifest. */
  static OpenedList read(FileSystem files, Path root, Manifest manifest) throws IOException {
    return new OpenedList(manifest, VideoList.tables(files, root, manifest));
  }

  /** Others in this JVM find it from now on. */
  OpenedList share(Key key) {
    OPENED.put(key, this);
    return this;
  }

  /** The list that this JVM has open, or else reads: of several that ask at once, one reads. */
  static OpenedList of(Key key, Reading reading) throws IOException {
    try {
      return OPENED.get(
          key,
          missing -> {
            try {
              return reading.read();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (ShardException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  Manifest manifest() {
    return manifest;
  }

  VideoTable videos(Split split) {
    return videos.get(split);
  }

  Cache<Place, ShardFile.Table> tables() {
    return tables;
  }

  long heapBytes() {
    long shards = manifest.grids().stream().mapToLong(grid -> grid.shards().size()).sum();
    return videos.values().stream().mapToLong(VideoTable::heapBytes).sum()
        + SHARD_BYTES * shards
        + TABLES_BYTES;
  }
}

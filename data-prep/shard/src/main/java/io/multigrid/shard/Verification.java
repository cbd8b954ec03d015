package io.multigrid.shard;

import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a data set byte by byte and compares with every checksum. */
final class Verification {
  private Verification() {}

  static List<String> of(Dataset data, FileSystem files) throws IOException {
    List<String> damages = new ArrayList<>();
    Map<Integer, List<Dataset.Item>> byShard = new HashMap<>();
    for (Split split : Split.values()) {
      for (int v = 0; v < data.size(split); v++) {
        Dataset.Item item = data.item(split, v);
        byShard.computeIfAbsent(item.shard(), key -> new ArrayList<>()).add(item);
      }
    }
    for (int g = 0; g < data.manifest().grids().size(); g++) {
      List<ShardInfo> shards = data.manifest().grids().get(g).shards();
      for (int shard = 0; shard < shards.size(); shard++) {
        Path file = new Path(data.uri(), shards.get(shard).file());
        whole(files, file, shards.get(shard), damages);
        int grid = g;
        List<Dataset.Item> items = byShard.getOrDefault(shard, List.of());
        readIndex(files, file, damages)
            .ifPresent(index -> compare(file, index, items, grid, damages));
      }
      records(data, g, files, damages);
    }
    return damages;
  }

  private static void whole(FileSystem files, Path file, ShardInfo info, List<String> damages)
      throws IOException {
    CRC32C crc = new CRC32C();
    long bytes = 0;
    byte[] block = new byte[1 << 16];
    try (InputStream in = Storage.open(files, file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        crc.update(block, 0, n);
        bytes += n;
      }
    } catch (IOException e) {
      damages.add(file + ": cannot be read: " + damage(e).getMessage());
      return;
    }
    if (bytes != info.bytes()) {
      damages.add("%s: has %d bytes, the manifest says %d".formatted(file, bytes, info.bytes()));
    } else if (crc.getValue() != info.crc32c()) {
      damages.add(
          "%s: checksum %08x, the manifest says %08x"
              .formatted(file, crc.getValue(), info.crc32c()));
    }
  }

  /** Storage that does not answer, or refuses, says nothing of what it holds. */
  private static IOException damage(IOException e) throws IOException {
    Failure failure = Failure.of(e);
    if (failure != Failure.DAMAGED && failure != Failure.MISSING) {
      throw e;
    }
    return e;
  }

  private static Optional<ShardIndex> readIndex(FileSystem files, Path file, List<String> damages)
      throws IOException {
    try {
      return Optional.of(ShardFile.index(files, file));
    } catch (ShardException e) {
      damages.add(e.getMessage());
    } catch (IOException e) {
      damages.add(damage(e).getMessage());
    }
    return Optional.empty();
  }

  /** Does the shard's own index say what the list of videos says? */
  private static void compare(
      Path file, ShardIndex index, List<Dataset.Item> items, int grid, List<String> damages) {
    List<ShardIndex.Record> records = index.records();
    for (Dataset.Item item : items) {
      ShardIndex.Record found = item.record() < records.size() ? records.get(item.record()) : null;
      if (found == null
          || !found.path().equals(item.entry().path())
          || found.offset() != item.offsets()[grid]
          || found.frames() != item.frames()[grid]) {
        damages.add(
            "%s: record %d is %s; the list of videos has %s with %d frames at byte %d"
                .formatted(
                    file,
                    item.record(),
                    found == null
                        ? "not there"
                        : "%s with %d frames at byte %d"
                            .formatted(found.path(), found.frames(), found.offset()),
                    item.entry().path(),
                    item.frames()[grid],
                    item.offsets()[grid]));
      }
    }
  }

  private static void records(Dataset data, int grid, FileSystem files, List<String> damages)
      throws IOException {
    try (ClipReader reader = new ShardClipReader(data, grid, files)) {
      for (Split split : Split.values()) {
        for (int video = 0; video < data.size(split); video++) {
          int frames = data.item(split, video).frames()[grid];
          for (int f = 0; f < frames; f++) {
            try {
              reader.read(split, video, new int[] {f});
            } catch (ShardException e) {
              damages.add(data.video(split, video).path() + ": " + e.getMessage());
              break;
            } catch (IOException e) {
              damages.add(data.video(split, video).path() + ": " + damage(e).getMessage());
              break;
            }
          }
        }
      }
    }
  }
}

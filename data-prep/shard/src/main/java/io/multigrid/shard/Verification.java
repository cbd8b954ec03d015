package io.multigrid.shard;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads a data set byte by byte and compares with every checksum. */
final class Verification {
  private Verification() {}

  static List<String> of(Dataset data, FileSystem files) throws IOException {
    List<String> damages = new ArrayList<>();
    for (int g = 0; g < data.manifest().grids().size(); g++) {
      for (ShardInfo info : data.manifest().grids().get(g).shards()) {
        whole(files, new Path(data.uri(), info.file()), info, damages);
      }
      records(data, g, files, damages);
    }
    return damages;
  }

  private static void whole(FileSystem files, Path file, ShardInfo info, List<String> damages) {
    CRC32C crc = new CRC32C();
    long bytes = 0;
    byte[] block = new byte[1 << 16];
    try (InputStream in = files.open(file)) {
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        crc.update(block, 0, n);
        bytes += n;
      }
    } catch (IOException e) {
      damages.add(file + ": cannot be read: " + e.getMessage());
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

  private static void records(Dataset data, int grid, FileSystem files, List<String> damages)
      throws IOException {
    try (ClipReader reader = new ShardClipReader(data, grid, files)) {
      for (Split split : Split.values()) {
        for (int video = 0; video < data.size(split); video++) {
          int frames = data.item(split, video).frames()[grid];
          for (int f = 0; f < frames; f++) {
            try {
              reader.read(split, video, new int[] {f});
            } catch (IOException | ShardException e) {
              damages.add(data.video(split, video).path() + ": " + e.getMessage());
              break;
            }
          }
        }
      }
    }
  }
}

package io.multigrid.prep.job;

import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The shards that are there, with their lengths, at the time they were looked at. */
final class ShardFiles {
  private static final int TOLD = 5;

  private final Path dataset;
  private final Map<String, Long> lengths = new HashMap<>();

  private ShardFiles(Path dataset) {
    this.dataset = dataset;
  }

  /** A part may be removed while this looks. */
  static ShardFiles look(FileSystem files, Path dataset) throws IOException {
    ShardFiles found = new ShardFiles(dataset);
    for (FileStatus part : Storage.list(files, new Path(dataset, Part.FOLDER))) {
      for (FileStatus file : Storage.list(files, part.getPath())) {
        String name = part.getPath().getName() + "/" + file.getPath().getName();
        found.lengths.put(Part.FOLDER + "/" + name, file.getLen());
      }
    }
    return found;
  }

  /** Are they all there, as long as they should be? */
  boolean have(List<ShardInfo> shards) {
    return shards.stream()
        .allMatch(shard -> lengths.getOrDefault(shard.file(), -1L) == shard.bytes());
  }

  /**
   * @throws NotCommittedException naming what a manifest lists and is not there, or has another
   *     length
   */
  void mustHave(Manifest manifest) throws NotCommittedException {
    List<String> wrong = new ArrayList<>();
    for (Manifest.Grid grid : manifest.grids()) {
      for (ShardInfo shard : grid.shards()) {
        if (!have(List.of(shard))) {
          Long length = lengths.get(shard.file());
          wrong.add(
              length == null
                  ? shard.file() + " is gone"
                  : "%s has %s bytes instead of %s".formatted(shard.file(), length, shard.bytes()));
        }
      }
    }
    if (!wrong.isEmpty()) {
      throw new NotCommittedException(
          "%s: %s shards are not as they were written: %s%s; nothing was committed; run again, which prepares their videos anew"
              .formatted(
                  dataset,
                  wrong.size(),
                  String.join(", ", wrong.subList(0, Math.min(TOLD, wrong.size()))),
                  wrong.size() > TOLD ? " and so on" : ""));
    }
  }
}

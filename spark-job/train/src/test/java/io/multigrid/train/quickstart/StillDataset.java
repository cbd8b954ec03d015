package io.multigrid.train.quickstart;

import io.multigrid.schedules.Draws;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardWriter;
import io.multigrid.shard.Split;
import io.multigrid.shard.VideoEntry;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A data set in which every video stands still: one of its stored frames, drawn, repeated. */
final class StillDataset {
  private static final int QUALITY = 95;

  private StillDataset() {}

  static Dataset of(Dataset moving, String uri, Configuration hadoop) throws IOException {
    StoredGrid grid = moving.grids().get(0);
    String codec = moving.manifest().codec();
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    String file = Manifest.shardFolder(1) + "/" + grid.name() + "/part-00000.mgs";
    try (ClipReader reader = moving.reader(grid, hadoop);
        ShardWriter writer = new ShardWriter(files, root, file, grid, codec)) {
      for (Split split : Split.values()) {
        for (int video = 0; video < moving.size(split); video++) {
          VideoEntry entry = moving.video(split, video);
          int frame = Draws.of(1, split.ordinal(), video, 0, 0).below(0, entry.frames());
          byte[] bytes = encoded(codec, reader.read(split, video, new int[] {frame}));
          writer.append(entry, Collections.nCopies(entry.frames(), bytes));
        }
      }
      Manifest.Grid shards =
          new Manifest.Grid(grid.shortSide(), grid.fps(), List.of(writer.finish()));
      Manifest.of(1, codec, moving.classes(), moving.manifest().videos(), 0, List.of(shards))
          .commit(files, root);
    }
    return Dataset.open(uri, hadoop);
  }

  private static byte[] encoded(String codec, Frames frame) {
    try (FrameCodec.Encoder encoder =
        FrameCodec.byName(codec).encoder(frame.width(), frame.height(), QUALITY)) {
      return encoder.encode(frame.rgb(), 0);
    }
  }
}

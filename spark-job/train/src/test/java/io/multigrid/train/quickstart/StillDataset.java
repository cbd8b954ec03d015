package io.multigrid.train.quickstart;

import io.multigrid.schedules.Draws;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.ClipReader;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.FrameBytes;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardWriter;
import io.multigrid.shard.Source;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.util.ArrayList;
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
    FrameCodec codec = FrameCodec.byName(moving.manifest().codec());
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    String file = "shards/still/" + grid.name() + ".mgs";
    List<StoredVideo> videos = new ArrayList<>();
    try (ClipReader reader = moving.reader(grid, hadoop);
        ShardWriter writer = new ShardWriter(files, root, file, grid, codec)) {
      for (Split split : Split.values()) {
        for (int video = 0; video < moving.size(split); video++) {
          StoredVideo entry = moving.video(split, video);
          int frame = Draws.of(1, split.ordinal(), video, 0, 0).below(0, entry.frames(0));
          byte[] bytes = encoded(codec, reader.read(split, video, new int[] {frame}));
          FrameBytes frames = FrameBytes.of(Collections.nCopies(entry.frames(0), bytes));
          long offset =
              writer.append(
                  entry.path(), entry.width(), entry.height(), entry.durationSeconds(), frames);
          videos.add(listed(entry, videos.size(), offset));
        }
      }
      Manifest.Grid shards =
          new Manifest.Grid(grid.shortSide(), grid.fps(), List.of(writer.finish()));
      Manifest of = moving.manifest();
      Manifest.commit(
          files,
          root,
          new Manifest.Content(
              1, of.codec(), of.quality(), of.classes(), of.videos(), 0, List.of(shards)),
          videos);
    }
    return Dataset.open(uri, hadoop);
  }

  private static StoredVideo listed(StoredVideo entry, int record, long offset) {
    return new StoredVideo(
        entry.path(),
        entry.labels(),
        entry.split(),
        entry.width(),
        entry.height(),
        entry.durationSeconds(),
        new StoredVideo.Location(0, record, List.of(offset), List.of(entry.frames(0))),
        new Source(1, 0),
        null);
  }

  private static byte[] encoded(FrameCodec codec, Frames frame) {
    try (FrameCodec.Encoder encoder = codec.encoder(frame.width(), frame.height(), QUALITY)) {
      return encoder.encode(frame.rgb(), 0);
    }
  }
}

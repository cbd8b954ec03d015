package io.multigrid.train;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.ShardWriter;
import io.multigrid.shard.Split;
import io.multigrid.shard.VideoEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A data set small enough to train on in seconds, and the settings to do so: uncompressed videos of
 * noise whose brightness rises or falls with time, by class.
 */
public final class TinyData {
  private static final int FRAMES = 8;

  private TinyData() {}

  /**
   * Settings of a small network with both cycles, and split, plain and synchronised batch
   * normalisation, changed by more.
   */
  public static Settings settings(String... more) {
    List<String> sets = new ArrayList<>(sets());
    sets.addAll(Arrays.asList(more));
    return Settings.load(Optional.empty(), sets);
  }

  /** What {@link #settings} sets, as {@code key=value}. */
  public static List<String> sets() {
    return List.of(
        "workers=4",
        "batch=8",
        "clip.frames=4",
        "clip.stride=1",
        "clip.crop=32",
        "clip.jitter=[36,40]",
        "clip.fps=10",
        "cycles.bn-group=4",
        "solver.learning-rate=0.02",
        "solver.steps=[0,5]",
        "solver.epochs=8",
        "solver.warmup-epochs=1.0",
        "solver.warmup-start=0.002",
        "model.name=slow",
        "model.width=4",
        "model.classes=2",
        "model.blocks=[1,1,1,1]",
        "model.temporal-kernels=[1,1,1,3,1]",
        "engine.threads=1",
        "evaluate.views=1",
        "evaluate.crops=1",
        "evaluate.crop=32",
        "evaluate.short-side=36",
        "progress.every-seconds=0",
        "checkpoint.every-iterations=2",
        "checkpoint.every-minutes=0",
        "checkpoint.keep=1000");
  }

  /** Writes a data set for the grids of the settings: two shards a grid. */
  public static void write(String uri, Configuration hadoop, Settings settings, int trainVideos)
      throws IOException {
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    int validation = 8;
    List<Manifest.Grid> grids = new ArrayList<>();
    for (StoredGrid grid : Grids.stored(Recipe.from(settings))) {
      List<ShardInfo> shards = new ArrayList<>();
      for (int shard = 0; shard < 2; shard++) {
        String name = Manifest.shardFolder(1) + "/" + grid.name() + "-" + shard + ".mgs";
        try (ShardWriter writer = new ShardWriter(files, root, name, grid, "raw")) {
          for (int video = shard; video < trainVideos + validation; video += 2) {
            append(writer, video, video < trainVideos ? Split.TRAIN : Split.VALIDATION, grid);
          }
          shards.add(writer.finish());
        }
      }
      grids.add(new Manifest.Grid(grid.shortSide(), grid.fps(), shards));
    }
    Manifest.of(
            1,
            "raw",
            List.of("falling", "rising"),
            Map.of("train", trainVideos, "validation", validation, "test", 0),
            0,
            grids)
        .commit(files, root);
  }

  private static void append(ShardWriter writer, int video, Split split, StoredGrid grid)
      throws IOException {
    SplittableRandom random = new SplittableRandom(video);
    int label = random.nextInt(2);
    int height = grid.shortSide();
    int width = height * 5 / 4;
    List<byte[]> frames = new ArrayList<>();
    for (int t = 0; t < FRAMES; t++) {
      byte[] rgb = new byte[width * height * 3];
      random.nextBytes(rgb);
      int level = 16 * (label == 1 ? t : FRAMES - t);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) ((rgb[i] & 127) + level);
      }
      frames.add(rgb);
    }
    writer.append(
        new VideoEntry(
            "videos/" + video + ".mp4", label, split, width, height, FRAMES, FRAMES / 10.0),
        frames);
  }
}

package io.multigrid.train;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.FrameBytes;
import io.multigrid.shard.FrameCodec;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.ShardWriter;
import io.multigrid.shard.Source;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoLabel;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A data set small enough to train on in seconds, and the settings to do so: uncompressed videos of
 * noise whose brightness rises or falls with time, by class.
 */
public final class TinyData {
  private static final int FRAMES = 8;
  private static final int VALIDATION = 8;
  private static final int SHARDS = 2;

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

  /** Writes a data set for the grids of the settings: two shards a grid, and validation videos. */
  public static void write(String uri, Configuration hadoop, Settings settings, int trainVideos)
      throws IOException {
    write(uri, hadoop, settings, trainVideos, new Shape(FRAMES, 1.25));
  }

  /** Writes videos of the usual shape whose labels hold for a time only. */
  public static void write(
      String uri,
      Configuration hadoop,
      Settings settings,
      int trainVideos,
      IntFunction<List<VideoLabel>> labels)
      throws IOException {
    write(uri, hadoop, settings, trainVideos, new Shape(FRAMES, 1.25, labels));
  }

  /** Of the videos; labels by number of the video. */
  public record Shape(int frames, double aspect, IntFunction<List<VideoLabel>> labels) {
    public Shape(int frames, double aspect) {
      this(frames, aspect, video -> List.of(VideoLabel.whole(label(video))));
    }

    int width(StoredGrid grid) {
      return (int) (grid.shortSide() * aspect);
    }
  }

  public static void write(
      String uri, Configuration hadoop, Settings settings, int trainVideos, Shape shape)
      throws IOException {
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    int videos = trainVideos + VALIDATION;
    FrameCodec codec = FrameCodec.byName("raw");
    List<StoredGrid> stored = Grids.stored(Recipe.from(settings));
    Long[][] offsets = new Long[videos][stored.size()];
    List<Manifest.Grid> grids = new ArrayList<>();
    for (StoredGrid grid : stored) {
      List<ShardInfo> shards = new ArrayList<>();
      for (int shard = 0; shard < SHARDS; shard++) {
        String name = "shards/" + grid.name() + "-" + shard + ".mgs";
        try (ShardWriter writer = new ShardWriter(files, root, name, grid, codec)) {
          for (int video = shard; video < videos; video += SHARDS) {
            offsets[video][grids.size()] = append(writer, video, grid, shape);
          }
          shards.add(writer.finish());
        }
      }
      grids.add(new Manifest.Grid(grid.shortSide(), grid.fps(), shards));
    }
    List<StoredVideo> list = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      for (int video = shard; video < videos; video += SHARDS) {
        Split split = video < trainVideos ? Split.TRAIN : Split.VALIDATION;
        list.add(listed(video, split, stored.get(0), List.of(offsets[video]), shape));
      }
    }
    Map<String, Integer> counts = Map.of("train", trainVideos, "validation", VALIDATION, "test", 0);
    Manifest.commit(
        files,
        root,
        new Manifest.Content(1, "raw", 100, List.of("falling", "rising"), counts, 0, grids),
        list);
  }

  private static StoredVideo listed(
      int video, Split split, StoredGrid first, List<Long> offsets, Shape shape) {
    return new StoredVideo(
        path(video),
        shape.labels().apply(video),
        split,
        shape.width(first),
        first.shortSide(),
        shape.frames() / 10.0,
        new StoredVideo.Location(
            video % SHARDS,
            video / SHARDS,
            offsets,
            Collections.nCopies(offsets.size(), shape.frames())),
        new Source(1, 0),
        null);
  }

  private static String path(int video) {
    return "videos/" + video + ".mp4";
  }

  /** Whether a video's frames are brighter by 16 one after the other; others get darker. */
  public static boolean rises(StoredVideo video) {
    String name = video.path();
    return label(Integer.parseInt(name.substring(name.indexOf('/') + 1, name.indexOf('.')))) == 1;
  }

  private static int label(int video) {
    return new SplittableRandom(video).nextInt(2);
  }

  private static long append(ShardWriter writer, int video, StoredGrid grid, Shape shape)
      throws IOException {
    SplittableRandom random = new SplittableRandom(video + 1_000_000);
    int label = label(video);
    List<byte[]> frames = new ArrayList<>();
    for (int t = 0; t < shape.frames(); t++) {
      byte[] rgb = new byte[shape.width(grid) * grid.shortSide() * 3];
      random.nextBytes(rgb);
      int level = 16 * (label == 1 ? t : shape.frames() - t);
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) ((rgb[i] & 127) + level);
      }
      frames.add(rgb);
    }
    return writer.append(
        path(video),
        shape.width(grid),
        grid.shortSide(),
        shape.frames() / 10.0,
        FrameBytes.of(frames));
  }

  /** Writes its shards anew with Hadoop's checksum files beside them, as hadoop fs -cp does. */
  public static void checksum(java.nio.file.Path data) throws IOException {
    FileSystem local = FileSystem.getLocal(new Configuration());
    try (Stream<java.nio.file.Path> shards = Files.list(data.resolve("shards"))) {
      for (java.nio.file.Path shard : shards.toList()) {
        byte[] bytes = Files.readAllBytes(shard);
        try (var out = local.create(new Path(shard.toUri()), true)) {
          out.write(bytes);
        }
      }
    }
  }

  /** Changes bytes of a video in every grid of a local data set, below Hadoop's own checksums. */
  public static void damage(java.nio.file.Path data, int video) throws IOException {
    Path root = new Path(data.toUri());
    FileSystem files = root.getFileSystem(new Configuration());
    Manifest manifest = Manifest.read(files, root);
    List<StoredVideo> all = new ArrayList<>();
    manifest.eachVideo(files, root, all::add);
    StoredVideo listed =
        all.stream().filter(v -> v.path().equals(path(video))).findFirst().orElseThrow();
    for (int grid = 0; grid < manifest.grids().size(); grid++) {
      String name = manifest.grids().get(grid).shards().get(listed.shard()).file();
      java.nio.file.Path shard = data.resolve(name);
      int side = manifest.grids().get(grid).shortSide();
      int bytes = FRAMES * side * (int) (side * 1.25) * 3;
      try (RandomAccessFile file = new RandomAccessFile(shard.toFile(), "rw")) {
        for (int at = 400; at < bytes; at += 50) {
          file.seek(listed.location().offsets().get(grid) + at);
          file.write(1);
        }
      }
    }
  }

  /** The same of video 0. */
  public static void damage(java.nio.file.Path data) throws IOException {
    damage(data, 0);
  }
}

package io.multigrid.shard;

import io.multigrid.schedules.StoredGrid;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A data set of one grid and one shard, of videos of noise. */
record StoredVideos(String uri, List<Video> videos) {
  static final Configuration HADOOP = new Configuration();
  static final StoredGrid GRID = new StoredGrid(4, 10);
  private static final String FILE = "shards/only.mgs";

  /** The pixels are drawn from the seed. */
  record Video(int width, int height, int frames, long seed) {
    byte[] pixels(int frame) {
      byte[] rgb = new byte[width * height * 3];
      new SplittableRandom(seed + 31L * frame).nextBytes(rgb);
      return rgb;
    }
  }

  static StoredVideos write(java.nio.file.Path folder, String codecName, List<Video> videos)
      throws IOException {
    Path root = new Path(folder.toUri());
    FileSystem files = root.getFileSystem(HADOOP);
    FrameCodec codec = FrameCodec.byName(codecName);
    List<StoredVideo> list = new ArrayList<>();
    ShardInfo shard;
    try (ShardWriter writer = new ShardWriter(files, root, FILE, GRID, codec)) {
      for (int v = 0; v < videos.size(); v++) {
        Video video = videos.get(v);
        long at = writer.append(name(v), video.width, video.height, 1, encoded(video, codec));
        list.add(listed(v, video, at));
      }
      shard = writer.finish();
    }
    Manifest.Grid grid = new Manifest.Grid(GRID.shortSide(), GRID.fps(), List.of(shard));
    Map<String, Integer> counts = Map.of("train", videos.size(), "validation", 0, "test", 0);
    Manifest.commit(
        files,
        root,
        new Manifest.Content(1, codecName, 90, List.of("a"), counts, 0, List.of(grid)),
        list);
    return new StoredVideos(folder.toString(), videos);
  }

  private static String name(int video) {
    return "v%05d.mp4".formatted(video);
  }

  private static FrameBytes encoded(Video video, FrameCodec codec) {
    List<byte[]> frames = new ArrayList<>();
    try (FrameCodec.Encoder encoder = codec.encoder(video.width, video.height, 90)) {
      for (int f = 0; f < video.frames; f++) {
        frames.add(encoder.encode(video.pixels(f), 0));
      }
    }
    return FrameBytes.of(frames);
  }

  private static StoredVideo listed(int index, Video video, long offset) {
    return new StoredVideo(
        name(index),
        List.of(VideoLabel.whole(0)),
        Split.TRAIN,
        video.width,
        video.height,
        1,
        new StoredVideo.Location(0, index, List.of(offset), List.of(video.frames)),
        new Source(1, 0),
        null);
  }

  java.nio.file.Path shard() {
    return java.nio.file.Path.of(uri).resolve(FILE);
  }

  Dataset open() throws IOException {
    return Dataset.open(uri, HADOOP);
  }

  /**
   * Reads every frame of every video, one by one.
   *
   * @return how many could not be read because they are damaged
   * @throws AssertionError if one is read that is not what was written
   */
  static int damagedFrames(Dataset data, List<Video> videos) throws IOException {
    int damaged = 0;
    try (ClipReader reader = data.reader(GRID, HADOOP)) {
      for (int v = 0; v < videos.size(); v++) {
        for (int f = 0; f < videos.get(v).frames; f++) {
          try {
            Frames read = reader.read(Split.TRAIN, v, new int[] {f});
            check(read, videos.get(v), f);
          } catch (ShardException e) {
            damaged++;
          }
        }
      }
    }
    return damaged;
  }

  private static void check(Frames read, Video video, int frame) {
    byte[] expected = video.pixels(frame);
    boolean same =
        read.width() == video.width
            && read.height() == video.height
            && Arrays.equals(read.rgb(), 0, expected.length, expected, 0, expected.length);
    if (!same) {
      throw new AssertionError("frame " + frame + " of " + video + " was read wrong");
    }
  }
}

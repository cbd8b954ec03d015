package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.schedules.StoredGrid;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardTest {
  private static final StoredGrid COARSE = new StoredGrid(3, 15);
  private static final StoredGrid FINE = new StoredGrid(6, 15);

  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();
  private FileSystem files;

  @BeforeEach
  void plainFiles() throws IOException {
    hadoop.set("fs.file.impl", RawLocalFileSystem.class.getName());
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    files = FileSystem.get(folder.toUri(), hadoop);
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Dataset data = dataset(1);

    assertThat(data.classes()).containsExactly("a", "b");
    assertThat(data.size(Split.TRAIN)).isEqualTo(2);
    assertThat(data.size(Split.VALIDATION)).isEqualTo(1);
    assertThat(data.video(Split.TRAIN, 1).path()).isEqualTo("v2.mp4");
    assertThat(data.label(Split.VALIDATION, 0)).isEqualTo(1);
    try (ClipReader reader = data.reader(FINE, hadoop)) {
      Frames frames = reader.read(Split.TRAIN, 1, new int[] {1, 1, 3});
      assertThat(frames.width()).isEqualTo(8);
      assertThat(frames.height()).isEqualTo(6);
      assertThat(frames.count()).isEqualTo(3);
      int bytes = 8 * 6 * 3;
      assertThat(copy(frames.rgb(), 0, bytes)).isEqualTo(pixels(2, 1, 8, 6));
      assertThat(copy(frames.rgb(), bytes, bytes)).isEqualTo(pixels(2, 1, 8, 6));
      assertThat(copy(frames.rgb(), 2 * bytes, bytes)).isEqualTo(pixels(2, 3, 8, 6));
    }
    assertThat(data.verify(hadoop)).isEmpty();
  }

  @Test
  void aDataSetStaysAsItWasOpened() throws IOException {
    Dataset first = dataset(1);
    Dataset second = dataset(2);
    assertThat(first.manifest().revision()).isEqualTo(1);
    assertThat(second.manifest().revision()).isEqualTo(2);
    assertThat(first.verify(hadoop)).isEmpty();
  }

  @Test
  void everyFlippedByteOfAShardIsFound() throws IOException {
    Dataset data = dataset(1);
    Path shard = folder.resolve("shards/1/s3-15fps/part-00000.mgs");
    byte[] good = Files.readAllBytes(shard);
    for (int at = 0; at < good.length; at += 7) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(shard, bad);
      assertThat(data.verify(hadoop)).as("byte " + at).isNotEmpty();
    }
  }

  @Test
  void aDamagedFrameIsNamedWithItsPlace() throws IOException {
    Dataset data = dataset(1);
    Path shard = folder.resolve("shards/1/s3-15fps/part-00000.mgs");
    byte[] bytes = Files.readAllBytes(shard);
    int firstFrame = 16 + 16 + 4 * 8;
    bytes[firstFrame + 5] ^= 1;
    Files.write(shard, bytes);
    try (ClipReader reader = data.reader(COARSE, hadoop)) {
      assertThatThrownBy(() -> reader.read(Split.TRAIN, 0, new int[] {0}))
          .isInstanceOf(ShardException.class)
          .hasMessageContaining("part-00000.mgs at byte " + firstFrame)
          .hasMessageContaining("found frame checksum")
          .hasMessageContaining("run inspect --verify");
      assertThat(reader.read(Split.TRAIN, 0, new int[] {1}).count()).isEqualTo(1);
    }
  }

  @Test
  void aTruncatedShardIsRefusedWhenOpened() throws IOException {
    dataset(1);
    Path shard = folder.resolve("shards/1/s6-15fps/part-00000.mgs");
    byte[] bytes = Files.readAllBytes(shard);
    for (int length : new int[] {0, 10, 39, 60, bytes.length - 1}) {
      Files.write(shard, copy(bytes, 0, length));
      assertThatThrownBy(() -> Dataset.open(folder.toString(), hadoop))
          .as("length " + length)
          .isInstanceOf(ShardException.class)
          .hasMessageContaining("Cannot read shard");
    }
  }

  @Test
  void anUnfinishedShardLeavesNothing() throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder.toUri());
    try (ShardWriter writer = new ShardWriter(files, root, "shards/1/x.mgs", FINE, "raw")) {
      writer.append(entry(1, 2, 2, 1), frames(1, 1, 2, 2));
    }
    try (var list = Files.list(folder.resolve("shards/1"))) {
      assertThat(list).isEmpty();
    }
  }

  @Test
  void nothingCommittedIsSaidWithTheRemedy() {
    assertThatThrownBy(() -> Dataset.open(folder.toString(), hadoop))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("no manifest.json there")
        .hasMessageContaining("run prep --out");
  }

  @Test
  void anUnknownGridAndAnUnknownCodecAreNamed() throws IOException {
    Dataset data = dataset(1);
    assertThatThrownBy(() -> data.reader(new StoredGrid(9, 15), hadoop))
        .hasMessageContaining("has no grid s9-15fps but [s3-15fps, s6-15fps]");
    assertThatThrownBy(() -> FrameCodec.byName("theora"))
        .hasMessageContaining("codec theora")
        .hasMessageContaining("raw");
  }

  private Dataset dataset(int revision) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder.toUri());
    List<Manifest.Grid> grids = new ArrayList<>();
    for (StoredGrid grid : List.of(COARSE, FINE)) {
      String file = Manifest.shardFolder(revision) + "/" + grid.name() + "/part-00000.mgs";
      int height = grid.shortSide();
      int width = height + 2;
      try (ShardWriter writer = new ShardWriter(files, root, file, grid, "raw")) {
        for (int v = 1; v <= 3; v++) {
          writer.append(entry(v, width, height, 4), frames(v, 4, width, height));
        }
        grids.add(new Manifest.Grid(grid.shortSide(), grid.fps(), List.of(writer.finish())));
      }
    }
    Map<String, Integer> videos = Map.of("train", 2, "validation", 1, "test", 0);
    Manifest.of(revision, "raw", List.of("a", "b"), videos, 0, grids).commit(files, root);
    return Dataset.open(folder.toString(), hadoop);
  }

  private static VideoEntry entry(int video, int width, int height, int frames) {
    Split split = video == 3 ? Split.VALIDATION : Split.TRAIN;
    return new VideoEntry(
        "v" + video + ".mp4", video % 3 / 2 + video / 3, split, width, height, frames, 1.5);
  }

  private static List<byte[]> frames(int video, int count, int width, int height) {
    List<byte[]> frames = new ArrayList<>();
    for (int f = 0; f < count; f++) {
      frames.add(pixels(video, f, width, height));
    }
    return frames;
  }

  private static byte[] pixels(int video, int frame, int width, int height) {
    byte[] pixels = new byte[width * height * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 31 + frame * 7 + video * 13);
    }
    return pixels;
  }

  private static byte[] copy(byte[] bytes, int offset, int length) {
    return java.util.Arrays.copyOfRange(bytes, offset, offset + length);
  }
}

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
  void ofTwoThatWantOneRevisionTheSecondIsRefusedAndHarmsNothing() throws IOException {
    Dataset first = dataset(1);
    assertThatThrownBy(() -> dataset(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(
            ": another preparation took revision 1 a moment ago; run again, what is finished is kept");
    assertThat(first.verify(hadoop)).isEmpty();
    assertThat(Dataset.open(folder.toString(), hadoop).verify(hadoop)).isEmpty();
    try (var files = java.nio.file.Files.list(folder.resolve("manifests"))) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> !f.endsWith(".crc")))
          .hasSize(2);
    }
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
    Path shard = folder.resolve("shards/1/s3-15fps.mgs");
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
    Path shard = folder.resolve("shards/1/s3-15fps.mgs");
    byte[] bytes = Files.readAllBytes(shard);
    int firstFrame = 16 + 16 + 4 * 8;
    bytes[firstFrame + 5] ^= 1;
    Files.write(shard, bytes);
    try (ClipReader reader = data.reader(COARSE, hadoop)) {
      assertThatThrownBy(() -> reader.read(Split.TRAIN, 0, new int[] {0}))
          .isInstanceOf(ShardException.class)
          .hasMessageContaining("s3-15fps.mgs at byte " + firstFrame)
          .hasMessageContaining("found frame checksum")
          .hasMessageContaining("run inspect --verify");
      assertThat(reader.read(Split.TRAIN, 0, new int[] {1}).count()).isEqualTo(1);
    }
  }

  @Test
  void aRevisionCanBeOpenedAgainWhileItIsKept() throws IOException {
    dataset(1);
    dataset(2);
    assertThat(Dataset.open(folder.toString(), 1, hadoop).manifest().revision()).isEqualTo(1);
    assertThatThrownBy(() -> Dataset.open(folder.toString(), 7, hadoop))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("no manifests/manifest-000007.json there");
  }

  @Test
  void aDamagedListOfVideosIsRefused() throws IOException {
    Path list = folder.resolve(dataset(1).manifest().list().file());
    byte[] bytes = Files.readAllBytes(list);
    bytes[bytes.length / 2] ^= 1;
    Files.write(list, bytes);
    assertThatThrownBy(() -> Dataset.open(folder.toString(), hadoop))
        .isInstanceOf(ShardException.class)
        .hasMessageContaining(list.getFileName() + ": found " + bytes.length + " bytes")
        .hasMessageContaining("the manifest says");
  }

  @Test
  void anUnfinishedShardLeavesNothing() throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder.toUri());
    try (ShardWriter writer =
        new ShardWriter(files, root, "shards/1/x.mgs", FINE, new RawCodec())) {
      writer.append("v1.mp4", 2, 2, 1, FrameBytes.of(frames(1, 1, 2, 2)));
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
    long[][] offsets = new long[2][4];
    for (StoredGrid grid : List.of(COARSE, FINE)) {
      String file = "shards/" + revision + "/" + grid.name() + ".mgs";
      int height = grid.shortSide();
      int width = height + 2;
      try (ShardWriter writer = new ShardWriter(files, root, file, grid, new RawCodec())) {
        for (int v = 1; v <= 3; v++) {
          offsets[grids.size()][v] =
              writer.append(
                  "v" + v + ".mp4", width, height, 1.5, FrameBytes.of(frames(v, 4, width, height)));
        }
        grids.add(new Manifest.Grid(grid.shortSide(), grid.fps(), List.of(writer.finish())));
      }
    }
    List<ListedVideo> videos = new ArrayList<>();
    for (int v = 1; v <= 3; v++) {
      videos.add(
          new ListedVideo(
              "v" + v + ".mp4",
              List.of(VideoLabel.whole(v % 3 / 2 + v / 3)),
              v == 3 ? "validation" : "train",
              5,
              3,
              1.5,
              0,
              v - 1,
              List.of(offsets[0][v], offsets[1][v]),
              List.of(4, 4),
              new Source(1000 + v, 0),
              null));
    }
    Map<String, Integer> counts = Map.of("train", 2, "validation", 1, "test", 0);
    Manifest.Content content =
        new Manifest.Content(revision, "raw", 90, List.of("a", "b"), counts, 0, grids);
    Manifest.commit(files, root, content, videos);
    return Dataset.open(folder.toString(), hadoop);
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

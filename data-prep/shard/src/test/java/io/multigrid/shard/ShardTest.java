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
import java.util.concurrent.atomic.AtomicInteger;
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
  private Configuration hadoop = new Configuration();
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
  void verificationTellsEveryDamageWithItsRecordAndByte() throws IOException {
    Dataset data = dataset(1);
    Path shard = folder.resolve("shards/1/s3-15fps.mgs");
    byte[] bytes = Files.readAllBytes(shard);
    int table = 16 + 4 * 8;
    int frame = 3 * 5 * 3;
    int record = table + 4 * frame;
    int second = 16 + record;
    bytes[16 + table + 5] ^= 1; // frame 0 of record 0
    bytes[16 + table + 2 * frame] ^= 1; // its frame 2
    bytes[second + 20] ^= 1; // the table of record 1
    bytes[second + record + table + 3 * frame] ^= 1; // frame 3 of record 2
    Files.write(shard, bytes);
    List<String> damages = data.verify(hadoop);
    assertThat(damages).hasSize(5);
    assertThat(damages.get(0))
        .startsWith("record 0, v1.mp4: frame 0: ")
        .contains("s3-15fps.mgs at byte " + (16 + table) + ": found frame checksum ");
    assertThat(damages.get(1))
        .startsWith("record 0, v1.mp4: frame 2: ")
        .contains("at byte " + (16 + table + 2 * frame) + ": ");
    assertThat(damages.get(2))
        .startsWith("record 1, v2.mp4: ")
        .contains("at byte " + second + ": found record checksum ");
    assertThat(damages.get(3))
        .startsWith("record 2, v3.mp4: frame 3: ")
        .contains("at byte " + (second + record + table + 3 * frame) + ": ");
    assertThat(damages.get(4)).contains("s3-15fps.mgs: checksum ", "the manifest says ");
    assertThat(data.verify(hadoop, 0, 1)).isEqualTo(damages);
    assertThat(data.verify(hadoop, 1, 1)).isEmpty();

    Files.write(shard, java.util.Arrays.copyOf(bytes, second + 60));
    assertThat(data.verify(hadoop))
        .anyMatch(d -> d.contains("has " + (second + 60) + " bytes, the manifest says "))
        .anyMatch(d -> d.startsWith("the index: "))
        .anyMatch(d -> d.startsWith("record 0, v1.mp4: frame 0: "));
    Files.delete(shard);
    assertThat(data.verify(hadoop)).singleElement().asString().contains("cannot be read: ");
  }

  /** Where the local file system has checksums of its own, reading does not end at the first. */
  @Test
  void verificationReadsOnWhereHadoopHasChecksumsBesideFiles() throws IOException {
    hadoop = new Configuration();
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    files = FileSystem.get(folder.toUri(), hadoop);
    Dataset data = dataset(1);
    Path shard = folder.resolve("shards/1/s3-15fps.mgs");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[16 + 16 + 4 * 8 + 5] ^= 1;
    Files.write(shard, bytes);
    assertThat(data.verify(hadoop))
        .hasSize(2)
        .anyMatch(d -> d.startsWith("record 0, v1.mp4: frame 0: "));
  }

  /** Every frame is decoded once, after the one before it. */
  @Test
  void verificationDecodesEveryFrameOnce() throws IOException {
    Dataset data = dataset(1);
    CountingCodec.decoded.set(0);
    CountingCodec.skipped.set(0);
    List<String> damages =
        new ShardScan(files, at("shards/1/s6-15fps.mgs"), new CountingCodec())
            .run(
                data.manifest().grids().get(1).shards().get(0),
                new ListedRecords(data, 0, 1).of(0, 1));
    assertThat(damages).isEmpty();
    assertThat(CountingCodec.decoded).hasValue(3 * 4);
    assertThat(CountingCodec.skipped).hasValue(0);
  }

  private org.apache.hadoop.fs.Path at(String file) {
    return new org.apache.hadoop.fs.Path(folder.resolve(file).toUri());
  }

  /** Raw pixels in groups of 8 frames. */
  private static final class CountingCodec implements FrameCodec {
    static final AtomicInteger decoded = new AtomicInteger();
    static final AtomicInteger skipped = new AtomicInteger();

    @Override
    public String name() {
      return "raw";
    }

    @Override
    public int keyEvery() {
      return 8;
    }

    @Override
    public Encoder encoder(int width, int height, int quality) {
      return new RawCodec().encoder(width, height, quality);
    }

    @Override
    public Decoder decoder() {
      Decoder raw = new RawCodec().decoder();
      return new Decoder() {
        @Override
        public void skip(byte[] bytes, int offset, int length) {
          skipped.incrementAndGet();
        }

        @Override
        public void decode(
            byte[] bytes, int offset, int length, int width, int height, byte[] rgb, int rgbAt) {
          decoded.incrementAndGet();
          raw.decode(bytes, offset, length, width, height, rgb, rgbAt);
        }

        @Override
        public void close() {
          raw.close();
        }
      };
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
    List<StoredVideo> videos = new ArrayList<>();
    for (int v = 1; v <= 3; v++) {
      videos.add(
          new StoredVideo(
              "v" + v + ".mp4",
              List.of(VideoLabel.whole(v % 3 / 2 + v / 3)),
              v == 3 ? Split.VALIDATION : Split.TRAIN,
              5,
              3,
              1.5,
              new StoredVideo.Location(
                  0, v - 1, List.of(offsets[0][v], offsets[1][v]), List.of(4, 4)),
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

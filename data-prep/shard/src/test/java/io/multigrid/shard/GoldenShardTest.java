package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.schedules.StoredGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * Two files that were once written and stay: {@code golden/raw.mgs} and {@code golden/deflate.mgs},
 * each with the videos {@code first.mp4} (3 frames of 4 x 3) and {@code second clip.mp4} (2 frames
 * of 3 x 5). Byte i of frame f of video v is (31 i + 7 f + 13 v) mod 256.
 */
class GoldenShardTest {
  private static final StoredGrid GRID = new StoredGrid(3, 12.5);
  private static final long SECOND = 16 + 16 + 3 * 8 + 3 * 4 * 3 * 3;

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
  void theFramesGiveTheFile() throws IOException {
    assertThat(written(new RawCodec())).isEqualTo(golden("raw"));
  }

  @Test
  void theFileGivesTheFrames() throws IOException {
    for (FrameCodec codec : List.of(new RawCodec(), new DeflateCodec())) {
      org.apache.hadoop.fs.Path file = place(golden(codec.name()));
      ShardIndex index = ShardFile.index(files, file);
      assertThat(index.codec()).isEqualTo(codec.name());
      assertThat(index.shortSide()).isEqualTo(3);
      assertThat(index.fps()).isEqualTo(12.5);
      assertThat(index.records())
          .extracting("path")
          .containsExactly("first.mp4", "second clip.mp4");
      assertThat(index.records()).extracting("durationSeconds").containsExactly(0.25, 0.125);
      assertFrames(file, index.records().get(0), codec, 0, 3);
      assertFrames(file, index.records().get(1), codec, 1, 2);
    }
  }

  /** Every field of every structure, and every place where a file can end. */
  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "/golden/damages.csv", numLinesToSkip = 1)
  void everyDamageIsFoundAndNamed(String name, int at, String hex, int length, String message)
      throws IOException {
    byte[] bytes = golden("raw");
    byte[] patch = java.util.HexFormat.of().parseHex(hex == null ? "" : hex);
    int from = at < 0 ? bytes.length + at : at;
    System.arraycopy(patch, 0, bytes, from, patch.length);
    int kept = length == 0 ? bytes.length : length < 0 ? bytes.length + length : length;
    org.apache.hadoop.fs.Path file = place(Arrays.copyOf(bytes, kept));
    assertThatThrownBy(() -> readAll(file))
        .isInstanceOf(ShardException.class)
        .hasMessageContaining("Cannot read shard " + file)
        .hasMessageContaining(message);
  }

  private void readAll(org.apache.hadoop.fs.Path file) throws IOException {
    ShardIndex index = ShardFile.index(files, file);
    for (ShardIndex.Record record : index.records()) {
      try (ShardFile shard = new ShardFile(files, file)) {
        ShardFile.Table table = shard.table(record.offset(), record.frames());
        for (int f = 0; f < table.frames(); f++) {
          int length = (int) (table.offsets()[f + 1] - table.offsets()[f]);
          byte[] bytes = new byte[length];
          shard.read(table.offsets()[f], bytes, length);
          int crc = Checksum.crc32c(bytes, 0, length);
          shard.expectCrc(crc, table.crcs()[f], "frame checksum", table.offsets()[f]);
        }
      }
    }
  }

  private void assertFrames(
      org.apache.hadoop.fs.Path file,
      ShardIndex.Record record,
      FrameCodec codec,
      int video,
      int frames)
      throws IOException {
    try (ShardFile shard = new ShardFile(files, file);
        FrameCodec.Decoder decoder = codec.decoder()) {
      ShardFile.Table table = shard.table(record.offset(), record.frames());
      assertThat(table.frames()).isEqualTo(frames);
      for (int f = 0; f < frames; f++) {
        int length = (int) (table.offsets()[f + 1] - table.offsets()[f]);
        byte[] bytes = new byte[length];
        shard.read(table.offsets()[f], bytes, length);
        byte[] rgb = new byte[table.width() * table.height() * 3];
        decoder.decode(bytes, 0, length, table.width(), table.height(), rgb, 0);
        assertThat(rgb).isEqualTo(pixels(video, f, table.width(), table.height()));
      }
    }
  }

  private byte[] written(FrameCodec codec) throws IOException {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder.toUri());
    try (ShardWriter writer = new ShardWriter(files, root, "written.mgs", GRID, codec)) {
      writer.append("first.mp4", 4, 3, 0.25, FrameBytes.of(frames(codec, 0, 3, 4, 3)));
      long second =
          writer.append("second clip.mp4", 3, 5, 0.125, FrameBytes.of(frames(codec, 1, 2, 3, 5)));
      assertThat(codec instanceof RawCodec ? second : SECOND).isEqualTo(SECOND);
      writer.finish();
    }
    return Files.readAllBytes(folder.resolve("written.mgs"));
  }

  private static List<byte[]> frames(
      FrameCodec codec, int video, int count, int width, int height) {
    List<byte[]> frames = new ArrayList<>();
    try (FrameCodec.Encoder encoder = codec.encoder(width, height, 90)) {
      for (int f = 0; f < count; f++) {
        frames.add(encoder.encode(pixels(video, f, width, height), 0));
      }
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

  private org.apache.hadoop.fs.Path place(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("shard.mgs"), bytes);
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  private static byte[] golden(String name) throws IOException {
    try (var in = GoldenShardTest.class.getResourceAsStream("/golden/" + name + ".mgs")) {
      return in.readAllBytes();
    }
  }
}

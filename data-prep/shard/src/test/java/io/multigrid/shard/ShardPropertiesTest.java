package io.multigrid.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.multigrid.shard.storage.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.hadoop.fs.FileSystem;

/** What holds of every shard. */
class ShardPropertiesTest {
  private Path folder;

  @BeforeTry
  void create() throws IOException {
    folder = Files.createTempDirectory("shard-properties");
  }

  @AfterTry
  void delete() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Provide
  Arbitrary<List<StoredVideos.Video>> anyVideos() {
    return videos(40, 30).list().ofMinSize(1).ofMaxSize(8);
  }

  @Provide
  Arbitrary<List<StoredVideos.Video>> smallVideos() {
    return videos(3, 3).list().ofMinSize(1).ofMaxSize(2);
  }

  private static Arbitrary<StoredVideos.Video> videos(int longestSide, int mostFrames) {
    return Combinators.combine(
            Arbitraries.integers().between(1, longestSide),
            Arbitraries.integers().between(1, longestSide),
            Arbitraries.integers().between(1, mostFrames),
            Arbitraries.longs())
        .as(StoredVideos.Video::new);
  }

  @Provide
  Arbitrary<String> lossless() {
    return Arbitraries.of("raw", "deflate");
  }

  @Property(tries = 20, seed = "2041", shrinking = ShrinkingMode.BOUNDED)
  void whatIsWrittenIsRead(
      @ForAll("anyVideos") List<StoredVideos.Video> videos, @ForAll("lossless") String codec)
      throws IOException {
    Dataset data = StoredVideos.write(folder, codec, videos).open();
    assertThat(StoredVideos.damagedFrames(data, videos)).isZero();
    assertThat(data.verify(StoredVideos.HADOOP)).isEmpty();
  }

  /** Several frames at once are those that are read one by one. */
  @Property(tries = 20, seed = "2042", shrinking = ShrinkingMode.BOUNDED)
  void aClipIsItsFrames(@ForAll("anyVideos") List<StoredVideos.Video> videos, @ForAll long chosen)
      throws IOException {
    Dataset data = StoredVideos.write(folder, "raw", videos).open();
    try (ClipReader reader = data.reader(StoredVideos.GRID, StoredVideos.HADOOP)) {
      int v = (int) Math.floorMod(chosen, (long) videos.size());
      StoredVideos.Video video = videos.get(v);
      int[] wanted = new java.util.Random(chosen).ints(7, 0, video.frames()).sorted().toArray();
      Frames read = reader.read(Split.TRAIN, v, wanted);
      int bytes = video.width() * video.height() * 3;
      for (int i = 0; i < wanted.length; i++) {
        assertThat(Arrays.copyOfRange(read.rgb(), i * bytes, (i + 1) * bytes))
            .isEqualTo(video.pixels(wanted[i]));
      }
    }
  }

  @Property(tries = 3, seed = "2043", shrinking = ShrinkingMode.OFF)
  void cutAtAnyByteItIsDamagedAndNoFrameIsWrong(
      @ForAll("smallVideos") List<StoredVideos.Video> videos, @ForAll("lossless") String codec)
      throws IOException {
    StoredVideos stored = StoredVideos.write(folder, codec, videos);
    Dataset data = stored.open();
    byte[] whole = Files.readAllBytes(stored.shard());
    int frames = videos.stream().mapToInt(StoredVideos.Video::frames).sum();
    int before = frames;
    for (int length = 0; length < whole.length; length++) {
      Files.write(stored.shard(), Arrays.copyOf(whole, length));
      assertIndexDamaged(stored);
      int damaged = StoredVideos.damagedFrames(data, videos);
      assertThat(damaged).as("cut at " + length).isLessThanOrEqualTo(before);
      before = damaged;
    }
    assertThat(before).as("of a file that lacks its last byte").isZero();
  }

  private static void assertIndexDamaged(StoredVideos stored) {
    assertThatExceptionOfType(ShardException.class)
        .isThrownBy(() -> ShardFile.index(files(), file(stored)))
        .matches(e -> e.failure() == Failure.DAMAGED);
  }

  private static FileSystem files() {
    try {
      return FileSystem.getLocal(StoredVideos.HADOOP);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static org.apache.hadoop.fs.Path file(StoredVideos stored) {
    return new org.apache.hadoop.fs.Path(stored.shard().toUri());
  }

  /** One bit of any byte. */
  @Property(tries = 3, seed = "2044", shrinking = ShrinkingMode.OFF)
  void aFlippedBitIsFoundAndNoFrameIsWrong(
      @ForAll("smallVideos") List<StoredVideos.Video> videos, @ForAll("lossless") String codec)
      throws IOException {
    StoredVideos stored = StoredVideos.write(folder, codec, videos);
    Dataset data = stored.open();
    byte[] whole = Files.readAllBytes(stored.shard());
    for (int at = 0; at < whole.length; at++) {
      byte[] bad = whole.clone();
      bad[at] ^= (byte) (1 << at % 8);
      Files.write(stored.shard(), bad);
      assertThat(data.verify(StoredVideos.HADOOP)).as("byte " + at).isNotEmpty();
      StoredVideos.damagedFrames(data, videos);
    }
  }

  /** Where Hadoop keeps checksum files, it does not take a block for a frame. */
  @Property(tries = 4, seed = "2045", shrinking = ShrinkingMode.OFF)
  void besideAChecksumFileAFlippedBitIsDamageOfItsFramesAlone(
      @ForAll("smallVideos") List<StoredVideos.Video> videos) throws IOException {
    StoredVideos stored = StoredVideos.write(folder, "raw", videos);
    Dataset data = stored.open();
    byte[] whole = Files.readAllBytes(stored.shard());
    try (var out = files().create(file(stored), true)) {
      out.write(whole);
    }
    assertThat(stored.shard().resolveSibling(".only.mgs.crc")).exists();
    int firstPixel = 16 + 16 + 8 * videos.get(0).frames();
    whole[firstPixel] ^= 1;
    Files.write(stored.shard(), whole);
    assertThat(StoredVideos.damagedFrames(data, videos)).isEqualTo(1);
    assertThat(stored.shard()).exists();
  }
}

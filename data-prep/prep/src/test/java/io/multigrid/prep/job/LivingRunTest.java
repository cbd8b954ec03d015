package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.report.PrepChanges;
import io.multigrid.shard.Dataset;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a preparation has finished stays while it lives, and is there when it commits. */
class LivingRunTest {
  private static final long HOUR = 3_600_000;
  private static JavaSparkContext spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = PrepFixture.spark("living run test");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void videos() throws IOException {
    for (String name : new String[] {"a/1", "a/2", "b/3", "b/4"}) {
      PrepFixture.render(folder.resolve("videos/" + name + ".mp4"), 64, 48, 30, 10);
    }
  }

  /** Every part is older than the grace time, as those of a run of days are. */
  @Test
  void anotherRunsTidyingTakesNothingFromALivingOne() throws IOException {
    job(progress -> {}).execute();
    Files.delete(folder.resolve("videos/b/4.mp4"));
    PrepFixture.render(folder.resolve("videos/b/5.mp4"), 64, 48, 30, 12);
    job(progress -> tidyAsAnother()).execute();
    assertThat(open().verify(spark.hadoopConfiguration())).isEmpty();
    assertThat(open().manifest().revision()).isEqualTo(2);
  }

  private void tidyAsAnother() {
    PrepSettings hasty =
        PrepSettings.from(
            PrepFixture.settings()
                .with("prep.orphan-grace-hours", 0.0)
                .with("prep.keep-revisions-hours", 0.0));
    try {
      FileSystem files = files();
      try (Heartbeat other = new Heartbeat(files, data())) {
        new Publication(files, data(), other).tidy(hasty);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aManifestNamesNothingThatIsGoneOrCutShort() throws IOException {
    Consumer<PrepProgress> damage =
        progress -> {
          if (progress.done() == progress.videos()) {
            damage();
          }
        };
    assertThatThrownBy(() -> job(damage).execute())
        .hasMessageStartingWith(data() + ": 2 shards are not as they were written: ")
        .hasMessageContaining(".mgs is gone")
        .hasMessageContaining(".mgs has 100 bytes instead of ")
        .hasMessageContaining("nothing was committed; run again");
    assertThatThrownBy(this::open).isInstanceOf(FileNotFoundException.class);
    // Two parts have all of their shards; the videos of the other two are decoded again.
    assertThat(job(progress -> {}).execute().changes()).isEqualTo(new PrepChanges(0, 2, 2, 0));
    assertThat(open().verify(spark.hadoopConfiguration())).isEmpty();
  }

  @Test
  void whatWasLostFromACommittedDataSetIsPreparedAgain() throws IOException {
    job(progress -> {}).execute();
    damage();
    assertThat(job(progress -> {}).execute().changes()).isEqualTo(new PrepChanges(2, 0, 2, 0));
    assertThat(open().manifest().revision()).isEqualTo(2);
    assertThat(open().verify(spark.hadoopConfiguration())).isEmpty();
  }

  /** A part each: a shard deleted, and one cut after 100 bytes. */
  private void damage() {
    try (Stream<Path> parts = Files.list(folder.resolve("data/shards"))) {
      Path[] two = parts.sorted().limit(2).toArray(Path[]::new);
      try (Stream<Path> shards = Files.list(two[0])) {
        Files.delete(shards.filter(LivingRunTest::isShard).findFirst().orElseThrow());
      }
      try (Stream<Path> shards = Files.list(two[1])) {
        Path cut = shards.filter(LivingRunTest::isShard).findFirst().orElseThrow();
        Files.deleteIfExists(cut.resolveSibling("." + cut.getFileName() + ".crc"));
        Files.write(cut, new byte[100]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isShard(Path file) {
    return file.toString().endsWith(".mgs");
  }

  @Test
  void aRunThatDiedKeepsNobodyFromTidying() throws IOException {
    FileSystem files = files();
    try (Heartbeat mine = new Heartbeat(files, data())) {
      assertThat(mine.alone(mine.now())).isTrue();
      Path other = folder.resolve("data/running/another");
      Files.writeString(other, "alive a moment ago");
      assertThat(mine.alone(mine.now())).isFalse();
      Files.setLastModifiedTime(other, FileTime.fromMillis(mine.now() - HOUR));
      assertThat(mine.alone(mine.now())).isTrue();
      assertThat(other).doesNotExist();
    }
    assertThat(folder.resolve("data/running")).isEmptyDirectory();
  }

  /** The storage's clock is two hours behind this machine's: what is new there is not old. */
  @Test
  void agesAreByTheStoragesClock() throws IOException {
    job(progress -> {}).execute();
    FileSystem behind = new Behind(files());
    Path fresh = folder.resolve("data/shards/deadbeef/part.json");
    Files.createDirectories(fresh.getParent());
    Files.writeString(fresh, "{}");
    PrepSettings settings =
        PrepSettings.from(PrepFixture.settings().with("prep.orphan-grace-hours", 1.0));
    try (Heartbeat mine = new Heartbeat(behind, data())) {
      new Publication(behind, data(), mine).tidy(settings);
      assertThat(fresh).exists();
      FileTime old = FileTime.fromMillis(System.currentTimeMillis() - 2 * HOUR);
      Files.setLastModifiedTime(fresh, old);
      Files.setLastModifiedTime(fresh.getParent(), old);
      new Publication(behind, data(), mine).tidy(settings);
      assertThat(fresh).doesNotExist();
    }
  }

  private static final class Behind extends FilterFileSystem {
    Behind(FileSystem files) {
      super(files);
      setConf(files.getConf());
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      return earlier(super.getFileStatus(path));
    }

    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path path) throws IOException {
      return Stream.of(super.listStatus(path)).map(Behind::earlier).toArray(FileStatus[]::new);
    }

    private static FileStatus earlier(FileStatus status) {
      return new FileStatus(
          status.getLen(),
          status.isDirectory(),
          status.getReplication(),
          status.getBlockSize(),
          status.getModificationTime() - 2 * HOUR,
          status.getPath());
    }
  }

  private FileSystem files() throws IOException {
    return data().getFileSystem(spark.hadoopConfiguration());
  }

  private org.apache.hadoop.fs.Path data() {
    return new org.apache.hadoop.fs.Path(folder.resolve("data").toString());
  }

  private PrepJob job(Consumer<PrepProgress> progress) throws IOException {
    String videos = folder.resolve("videos").toString();
    return new PrepJob(
            spark,
            PrepSettings.from(PrepFixture.settings()),
            Catalogue.read(videos, 0, spark.hadoopConfiguration()),
            videos,
            data().toString())
        .onProgress(progress);
  }

  private Dataset open() throws IOException {
    return Dataset.open(data().toString(), spark.hadoopConfiguration());
  }
}

package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of 200 kB, where this user may mount one; HdfsPrepIT fills a quota in any case. */
class FullDiskIT {
  @TempDir Path folder;

  @Test
  void aFullDiskLeavesNothingHalfWrittenAndSaysWhatToDo() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk.toString()),
        "this user may not mount a small disk; a full one is tested on HDFS alone");
    try (JavaSparkContext spark = PrepFixture.spark("full disk")) {
      for (int v = 0; v < 12; v++) {
        PrepFixture.render(
            folder.resolve("videos/class" + v % 2 + "/" + v + ".mp4"), 64, 48, 30, 60);
      }
      assertThatThrownBy(() -> job(spark, disk).execute())
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("Cannot write " + disk + "/data/shards/")
          .hasMessageContaining("No space left on device")
          .hasMessageContaining("the disk is full: free space, then run again");
      assertThatThrownBy(
              () -> Dataset.open(disk.resolve("data").toString(), spark.hadoopConfiguration()))
          .isInstanceOf(FileNotFoundException.class);
      PrepFixture.awaitIdle(spark);
      try (Stream<Path> left = Files.walk(disk)) {
        assertThat(left.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
            .noneMatch(name -> name.endsWith(".writing") || name.startsWith("manifest"));
      }
      assertThat(run("mount", "-o", "remount,size=20m", disk.toString())).isTrue();
      job(spark, disk).execute();
      Dataset data = Dataset.open(disk.resolve("data").toString(), spark.hadoopConfiguration());
      assertThat(data.verify(spark.hadoopConfiguration())).isEmpty();
      assertThat(data.manifest().videos()).containsEntry("train", 12);
    } finally {
      run("umount", "-l", disk.toString());
    }
  }

  private PrepJob job(JavaSparkContext spark, Path disk) throws IOException {
    String videos = folder.resolve("videos").toString();
    return new PrepJob(
        spark,
        PrepSettings.from(
            PrepFixture.settings().with("prep.codec", "raw").with("prep.videos-per-shard", 4)),
        Catalogue.read(videos, 0, spark.hadoopConfiguration()),
        videos,
        disk.resolve("data").toString());
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}

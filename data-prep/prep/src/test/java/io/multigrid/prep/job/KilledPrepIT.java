package io.multigrid.prep.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.prep.PrepFixture;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.decode.Scratch;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Manifest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver process that is killed with signal 9, again and again. */
class KilledPrepIT {
  private static final int KILLS = 20;
  private static final int VIDEOS = 48;
  @TempDir Path folder;

  /**
   * Prepares arguments[0] into arguments[1] when it gets a byte; a line when Spark has started and
   * one a part.
   */
  static final class Main {
    public static void main(String[] arguments) throws IOException {
      try (JavaSparkContext spark = PrepFixture.spark("killed prep")) {
        System.out.println("READY");
        if (System.in.read() < 0) {
          return; // nobody wants it any more
        }
        job(spark, arguments[0], arguments[1])
            .onProgress(progress -> System.out.println(progress.line()))
            .execute();
        System.out.println("DONE");
      }
    }
  }

  private static PrepResult prep(JavaSparkContext spark, String videos, String out)
      throws IOException {
    return job(spark, videos, out).execute();
  }

  private static PrepJob job(JavaSparkContext spark, String videos, String out) throws IOException {
    Catalogue catalogue = Catalogue.read(videos, 0.2, spark.hadoopConfiguration());
    PrepSettings settings =
        PrepSettings.from(PrepFixture.settings().with("prep.videos-per-shard", 2));
    return new PrepJob(spark, settings, catalogue, videos, out);
  }

  @Test
  void killedAtTwentyMomentsItEndsLikeAnUndisturbedRun() throws Exception {
    Path videos = folder.resolve("videos");
    for (int v = 0; v < VIDEOS; v++) {
      PrepFixture.render(videos.resolve("class" + v % 3 + "/" + v + ".mp4"), 64, 48, 30, 5 + v % 7);
    }
    Configuration hadoop = new Configuration();
    String whole = folder.resolve("whole").toString();
    try (JavaSparkContext spark = PrepFixture.spark("undisturbed prep")) {
      prep(spark, videos.toString(), whole);
    }
    Map<String, String> expected = PrepFixture.content(whole, hadoop);
    assertThat(expected).hasSize(VIDEOS * 3);

    // The first revision has a few videos; what is killed is the update to all of them.
    Path data = folder.resolve("data");
    Path few = folder.resolve("few");
    for (String first : List.of("class0/0.mp4", "class1/1.mp4")) {
      Files.createDirectories(few.resolve(first).getParent());
      Files.copy(
          videos.resolve(first),
          few.resolve(first),
          java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    }
    try (JavaSparkContext spark = PrepFixture.spark("first revision")) {
      prep(spark, few.toString(), data.toString());
    }
    Map<String, String> committed = PrepFixture.content(data.toString(), hadoop);

    Random random = new Random(7);
    int finishedBefore = 0;
    int interrupted = 0;
    Process next = start(videos, data);
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = next;
        next = start(videos, data); // Spark starts meanwhile
        boolean ended = killAfter(process, random.nextInt(4), random.nextInt(400));
        interrupted += ended ? 0 : 1;
        // A reader sees the first revision or the last one, and nothing else.
        int revision = Dataset.open(data.toString(), hadoop).manifest().revision();
        assertThat(PrepFixture.content(data.toString(), hadoop))
            .as("after kill " + kill)
            .isEqualTo(revision == 1 ? committed : expected);
        int finished = finished(data);
        assertThat(finished)
            .as("finished work is never lost")
            .isGreaterThanOrEqualTo(finishedBefore);
        finishedBefore = finished;
        if (revision > 1) {
          // Ahead of the kills: the same again from the first revision on.
          reset(data);
          finishedBefore = 0;
        }
      }
    } finally {
      next.destroyForcibly().waitFor();
    }
    System.out.println(interrupted + " of " + KILLS + " runs were interrupted");
    assertThat(interrupted).isGreaterThan(KILLS / 2);

    int before = finished(data);
    try (JavaSparkContext spark = PrepFixture.spark("last run")) {
      PrepResult last = prep(spark, videos.toString(), data.toString());
      assertThat(last.changes().resumed() + last.changes().prepared() + last.changes().kept())
          .isEqualTo(VIDEOS);
      // Every finished part is used: only what was missing is decoded.
      assertThat(last.changes().resumed() + last.changes().kept())
          .isGreaterThanOrEqualTo(Math.min(before, VIDEOS));
    }
    assertThat(PrepFixture.content(data.toString(), hadoop)).isEqualTo(expected);
    assertThat(Dataset.open(data.toString(), hadoop).verify(hadoop)).isEmpty();
  }

  /** Back to the first revision, as if the later one had never been committed. */
  private static void reset(Path data) throws IOException {
    Files.copy(
        data.resolve(Manifest.file(1)),
        data.resolve(Manifest.FILE),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(data.resolve("." + Manifest.FILE + ".crc"));
    Configuration hadoop = new Configuration();
    var files = org.apache.hadoop.fs.FileSystem.getLocal(hadoop);
    var root = new org.apache.hadoop.fs.Path(data.toUri());
    java.util.Set<String> named = new java.util.HashSet<>();
    Manifest.read(files, root)
        .grids()
        .forEach(g -> g.shards().forEach(s -> named.add(Path.of(s.file()).getName(1).toString())));
    try (Stream<Path> parts = Files.list(data.resolve("shards"))) {
      for (Path part : parts.toList()) {
        if (!named.contains(part.getFileName().toString())) {
          Scratch.delete(part);
        }
      }
    }
  }

  /** Videos in finished parts. */
  private static int finished(Path data) throws IOException {
    var files = org.apache.hadoop.fs.FileSystem.getLocal(new Configuration());
    AtomicInteger finished = new AtomicInteger();
    try {
      Part.each(
          files,
          new org.apache.hadoop.fs.Path(data.toUri()),
          part -> finished.addAndGet(part.videos().size()));
      return finished.get();
    } catch (FileNotFoundException e) {
      return 0;
    }
  }

  private Process start(Path videos, Path data) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("jvm.spark").split(" ")));
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    // Starting it is most of the test: no optimising compiler.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-Xmx512m", "-cp", classPath, Main.class.getName()));
    command.addAll(List.of(videos.toString(), data.toString()));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("driver.log").toFile()))
        .redirectOutput(ProcessBuilder.Redirect.PIPE)
        .start();
  }

  /** Kills a driver some time after it has told of some parts; true if it had ended before. */
  private static boolean killAfter(Process process, int parts, int milliseconds) throws Exception {
    try (var out = process.inputReader();
        var in = process.getOutputStream()) {
      assertThat(out.readLine()).isEqualTo("READY");
      in.write(1);
      in.flush();
      String line = "";
      for (int part = 0; part < parts && line != null && !line.equals("DONE"); part++) {
        line = out.readLine();
      }
      boolean ended = process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
      // SIGKILL for the driver alone; the decoding processes must notice by themselves.
      List<ProcessHandle> children = process.children().toList();
      process.destroyForcibly().waitFor();
      for (ProcessHandle child : children) {
        child.onExit().get(20, TimeUnit.SECONDS);
      }
      return ended || "DONE".equals(line);
    }
  }
}

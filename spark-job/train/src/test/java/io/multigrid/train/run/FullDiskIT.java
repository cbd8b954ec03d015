package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on a small disk that is full, for a while or for good, where this user may mount one. */
class FullDiskIT {
  @TempDir static Path folder;
  private static JavaSparkContext spark;
  private static Path disk;

  @BeforeAll
  static void mount() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    Assumptions.assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()),
        "this user may not mount a small disk; CheckpointsTest has a file system that says it is full");
    spark = Sparks.forTraining("full disk", TrainSettings.from(TinyData.settings()));
    TinyData.write(
        folder.resolve("data").toString(), spark.hadoopConfiguration(), TinyData.settings(), 16);
  }

  @AfterAll
  static void unmount() throws Exception {
    if (spark != null) {
      spark.stop();
    }
    run("umount", "-l", disk.toString());
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

  /** Leaves no byte free. */
  private static void fill() throws IOException {
    try (OutputStream out = Files.newOutputStream(disk.resolve("filler"))) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private interface Heard {
    void line(String text) throws IOException;
  }

  /** Everything that training says; {@code heard} is called on the way. */
  private static String train(Path out, Heard heard, String... sets) throws IOException {
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(
        new PrintStream(told, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            super.println(line);
            try {
              heard.line(line);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        });
    try {
      Dataset data = Dataset.open(folder.resolve("data").toString(), spark.hadoopConfiguration());
      new Trainer(spark, RunSettings.from(TinyData.settings(sets)), data, "full")
          .run(out.toString(), Trainer.Start.FRESH);
    } finally {
      System.setErr(err);
    }
    return told.toString(StandardCharsets.UTF_8);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(p -> p.getFileName().toString()).toList();
    }
  }

  @Test
  void aDiskThatIsFullForAWhileCostsCheckpointsAndNothingElse() throws IOException {
    Path out = disk.resolve("while");
    boolean[] full = new boolean[2];
    String said =
        train(
            out,
            line -> {
              if (line.contains("could not be written")) {
                full[1] = true;
                Files.deleteIfExists(disk.resolve("filler"));
              } else if (!full[0] && line.contains("iteration")) {
                full[0] = true;
                fill();
              }
            });
    assertThat(full[1]).as(said).isTrue();
    assertThat(said)
        .containsPattern(
            "the checkpoint of iteration \\d+ could not be written \\(Cannot write \\S+: No space left on device; the disk is full: free space, then go on with --resume")
        .contains("training goes on, the last good one is ");
    assertThat(names(out)).noneMatch(name -> name.endsWith(".writing"));
    assertThat(out.resolve("model.safetensors")).exists();
    List<String> lines = Files.readAllLines(out.resolve("metrics.jsonl"));
    long iterations = lines.stream().filter(l -> l.contains("\"event\":\"iteration\"")).count();
    assertThat(iterations).isGreaterThan(4);
    assertThat(out.resolve("checkpoints/iteration-%09d".formatted(iterations))).exists();
  }

  @Test
  void aDiskThatStaysFullEndsWithWhatCouldNotBeWritten() throws IOException {
    Path out = disk.resolve("good");
    boolean[] full = new boolean[1];
    try {
      List<String> said = new ArrayList<>();
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(
              () ->
                  train(
                      out,
                      line -> {
                        said.add(line);
                        if (!full[0] && line.contains("iteration")) {
                          full[0] = true;
                          fill();
                        }
                      },
                      "feed.patience=1"))
          .withMessageContaining(
              "No space left on device; the disk is full: free space, then go on with --resume")
          .matches(e -> e.failure() == Failure.NO_SPACE);
      assertThat(names(out))
          .noneMatch(name -> name.endsWith(".writing"))
          .doesNotContain("model.json", "model.safetensors", "SHA256SUMS");
      assertThat(said)
          .filteredOn(line -> line.contains("the model could not be written"))
          .singleElement()
          .asString()
          .contains("No space left on device", "; it is tried again for 1 seconds (feed.patience)");
    } finally {
      Files.deleteIfExists(disk.resolve("filler"));
    }
  }
}

package io.multigrid.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.train.FailingFiles;
import io.multigrid.train.FailingFiles.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics that go on: of any length, on storage that is away, and never without a whole file. */
class GrowingFileTest {
  /** No array of Java's holds as much. */
  private static final long LONG = Integer.MAX_VALUE + 50_000_000L;

  @TempDir java.nio.file.Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A line of 256 kB, of which no object of JSON is as short. */
  private static String longLine(int iteration) {
    return "{\"event\":\"damage\",\"iteration\":%d,\"detail\":\"%s\"}\n"
        .formatted(iteration, "x".repeat(1 << 18));
  }

  @Test
  void metricsOfAnyLengthAreResumed() throws IOException {
    String line = longLine(5);
    EndlessFiles files = new EndlessFiles(line);
    Path file = new Path("/metrics.jsonl");
    long lines = LONG / line.length();
    // The last line was cut off by the end of the process.
    files.put(file, lines * line.length() + 100);
    try (GrowingFile out = new GrowingFile(files, file)) {
      out.restart(text -> text.endsWith("\"}"));
      assertThat(files.length(file)).isEqualTo(lines * line.length());
      out.add(bytes("more\n"));
      out.flush();
      assertThat(files.length(file)).isEqualTo(lines * line.length() + 5);
    }
  }

  /** Positions are longs: what arrived of a failed write is cut off beyond 2 GiB, too. */
  @Test
  void afterAFailureALongFileHasEveryByteOnce() throws IOException {
    EndlessFiles files = new EndlessFiles(longLine(5));
    Path file = new Path("/metrics.jsonl");
    byte[] block = new byte[1 << 20];
    try (GrowingFile out = new GrowingFile(files, file)) {
      out.start(
          to -> {
            for (long written = 0; written < LONG; written += block.length) {
              to.write(block);
            }
          });
      long start = files.length(file);
      assertThat(start).isGreaterThan(Integer.MAX_VALUE);
      files.breakOpenFiles();
      out.add(new byte[1000]);
      out.flush();
      assertThat(files.length(file)).as("half of it arrived").isEqualTo(start + 500);
      out.add(new byte[10]);
      out.flush();
      assertThat(files.length(file)).isEqualTo(start + 1010);
    }
  }

  @Test
  void linesBeyondAMegabyteAreNotOurs() throws IOException {
    Path file = new Path(folder.resolve("metrics.jsonl").toUri());
    Files.writeString(folder.resolve("metrics.jsonl"), "a\n" + "y".repeat(2 << 20) + "\nb\nc");
    FileSystem local = FileSystem.getLocal(new Configuration());
    try (GrowingFile out = new GrowingFile(local, file)) {
      out.restart(line -> !line.equals("a"));
    }
    assertThat(folder.resolve("metrics.jsonl")).hasContent("b\nc\n");
  }

  /** It used to be deleted before another was renamed to its name. */
  @Test
  void aFailureWhileItIsCutLeavesTheOldFile() throws IOException {
    FailingFiles files = FailingFiles.create();
    java.nio.file.Path metrics = folder.resolve("metrics.jsonl");
    Files.writeString(metrics, "a\nb\nc\n");
    Path file = new Path(metrics.toString());
    files.fail(Call.RENAME, "metrics.jsonl", 1, new IOException("the name node is gone"));
    try (GrowingFile out = new GrowingFile(files, file)) {
      org.assertj.core.api.Assertions.assertThatIOException()
          .isThrownBy(() -> out.restart(line -> line.equals("a")))
          .withMessageContaining("the name node is gone");
      assertThat(metrics).hasContent("a\nb\nc\n");
      out.restart(line -> !line.equals("c"));
      assertThat(metrics).hasContent("a\nb\n");
    }
    assertThat(files.calls()).doesNotContain("DELETE metrics.jsonl");
    try (Stream<java.nio.file.Path> left = Files.list(folder)) {
      assertThat(left.map(p -> p.getFileName().toString()).toList())
          .isEqualTo(List.of("metrics.jsonl"));
    }
  }
}

package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How processes of ours end, each in one of its own. */
class ProcessEndTest {
  private static final Duration SHORT = Duration.ofMillis(100);

  @TempDir Path folder;

  private record Ended(int code, String err) {}

  private Ended java(List<String> first, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> before = new ArrayList<>(first);
    before.add(classes);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", String.join(":", before)));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path err = folder.resolve("err");
    Process process = new ProcessBuilder(command).redirectError(err.toFile()).start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(Files.readString(err)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(err, StandardCharsets.UTF_8));
  }

  /** Ends with a code, with a thread that goes on and a hook that hangs. */
  static final class Hanging {
    public static void main(String[] args) {
      new Thread(Hanging::hang).start();
      Runtime.getRuntime().addShutdownHook(new Thread(Hanging::hang));
      ProcessEnd.with(Integer.parseInt(args[0]), SHORT);
    }

    private static void hang() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void hooksThatHangDoNotKeepAProcess() throws Exception {
    Ended ended = java(List.of(), Hanging.class, "4");
    assertThat(ended.err())
        .contains(
            "multigrid: shutdown hooks have not ended within 0 seconds; halted with exit code 4");
    assertThat(ended.code()).isEqualTo(4);
  }

  /** A thread runs out of memory, as one of Spark's may. */
  static final class Full {
    public static void main(String[] args) throws InterruptedException {
      DriverProcess.prepare();
      Thread thread =
          new Thread(
              () -> {
                throw new OutOfMemoryError("Java heap space");
              },
              "task-result-getter-1");
      thread.start();
      Hanging.hang();
    }
  }

  @Test
  void aThreadWithoutMemoryEndsTheProcessWithTheRemedy() throws Exception {
    Ended ended = java(List.of(), Full.class);
    assertThat(ended.err())
        .contains(
            "multigrid: the driver ran out of memory (thread task-result-getter-1: Java heap space); give it more (spark.driver.memory)");
    assertThat(ended.code()).isEqualTo(Exit.MEMORY);
  }

  /** What Spark reads its own version from. */
  @Test
  void anotherSparkOnTheClassPathIsRefusedBeforeAnythingRuns() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(
        other.resolve("spark-version-info.properties"),
        "version=3.4.1\nuser=u\nrevision=r\nbranch=b\ndate=d\nurl=u\ndocroot=d\n");
    Ended ended = java(List.of(other.toString()), Main.class, "plan");
    assertThat(ended.err())
        .contains("Spark here is 3.4.1 for Scala 2.12.")
        .contains("must be 3.5 for Scala 2.12")
        .contains("point SPARK_HOME to")
        .doesNotContain("\tat ");
    assertThat(ended.code()).isEqualTo(Exit.CLUSTER);
  }
}

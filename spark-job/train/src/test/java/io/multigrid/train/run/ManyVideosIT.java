package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data sets of millions: a million videos by default, ten million with {@code
 * -Dmany.videos=10000000}, in a driver whose heap is 4 GB for ten million.
 */
class ManyVideosIT {
  private static final int VIDEOS = Integer.getInteger("many.videos", 1_000_000);
  private static final int VALIDATION = 40;

  /** Of the JVM, Spark and the engine; and for every million videos. 4,000 for ten million. */
  private static final int HEAP_MEGABYTES = (int) (400 + 360L * VIDEOS / 1_000_000);

  private static final int MOST_CLOSURE_BYTES = 1_000_000;
  private static final int MOST_BYTES_A_VIDEO = 90;
  private static final int PATIENCE_MINUTES = 20;
  @TempDir Path folder;

  @Test
  void millionsOfVideosAreOpenedPlannedTrainedOnAndEvaluated() throws Exception {
    Path data = folder.resolve("data");
    TinyData.write(data.toString(), new Configuration(), TinyData.settings(), 48);
    ManyVideos.list(data, VIDEOS, VALIDATION);

    List<String> said = run(data);

    assertThat(number(said, "opened (\\d+) videos.*")).isEqualTo(VIDEOS - VALIDATION);
    long list = number(said, "list (\\d+) estimated .*");
    assertThat(list).isLessThan((long) VIDEOS * MOST_BYTES_A_VIDEO + (17 << 20));
    assertThat(number(said, "list \\d+ estimated (\\d+)")).isGreaterThan(list - (17 << 20));
    assertThat(number(said, "planned (\\d+) iterations")).isGreaterThan(VIDEOS / 8);
    for (String what : List.of("training", "evaluation", "statistics")) {
      assertThat(number(said, "closure of " + what + " (\\d+)"))
          .as(what)
          .isLessThan(MOST_CLOSURE_BYTES);
    }
    assertThat(number(said, "trained (\\d+) iterations")).isEqualTo(ManyVideosMain.ITERATIONS);
    assertThat(number(said, "evaluated (\\d+) videos")).isEqualTo(VALIDATION);
    assertThat(said).contains("many: last " + ManyVideos.name(VIDEOS - 1));
  }

  private List<String> run(Path data) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(System.getProperty("jvm.spark").split(" ")));
    command.addAll(
        List.of("-Xmx" + HEAP_MEGABYTES + "m", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
    command.addAll(
        List.of("-cp", TrainProcess.classPath(), ManyVideosMain.class.getName(), data.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.redirectOutput(log.toFile()).start();
    try {
      boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
      assertThat(ended && process.exitValue() == 0).as("%s", Files.readString(log)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    List<String> said =
        Files.readAllLines(log).stream().filter(line -> line.startsWith("many: ")).toList();
    said.forEach(System.out::println);
    return said;
  }

  private static long number(List<String> said, String line) {
    return said.stream()
        .filter(one -> one.matches("many: " + line))
        .mapToLong(one -> Long.parseLong(one.replaceAll("many: " + line, "$1")))
        .findFirst()
        .orElseThrow();
  }
}

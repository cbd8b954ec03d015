package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitedContextTest {
  @TempDir Path folder;

  private static LimitedContext open(Duration limit) {
    return new LimitedContext(
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("closing")
            .set("spark.ui.enabled", "false"),
        limit);
  }

  @Test
  void closesSpark() {
    LimitedContext spark = open(Duration.ofMinutes(1));
    spark.close();
    assertThat(spark.sc().isStopped()).isTrue();
  }

  /** Spark waits for its listeners without a limit; what is left behind is never closed. */
  static final class Hanging {
    public static void main(String[] args) {
      try (LimitedContext spark = open(Duration.ofMillis(50))) {
        spark.sc().addSparkListener(new Listener());
      }
      System.exit(7);
    }
  }

  private static final class Listener extends SparkListener {
    @Override
    public void onApplicationEnd(SparkListenerApplicationEnd event) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void doesNotWaitForSparkForEver() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens="))
        .forEach(command::add);
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(Hanging.class.getName());
    Path said = folder.resolve("said");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process process = builder.redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(Files.readString(said)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(said))
        .contains("warning: Spark is not closed after 0 seconds; the process ends without it")
        .doesNotContain("InterruptedException");
    assertThat(process.exitValue()).isEqualTo(7);
  }
}

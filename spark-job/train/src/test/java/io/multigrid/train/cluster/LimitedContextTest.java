package io.multigrid.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkConf;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.junit.jupiter.api.Test;

class LimitedContextTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static LimitedContext open(Duration limit) {
    return new LimitedContext(
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("closing")
            .set("spark.ui.enabled", "false"),
        limit);
  }

  private static String close(LimitedContext spark) {
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
    try {
      spark.close();
    } finally {
      System.setErr(err);
    }
    return told.toString(StandardCharsets.UTF_8);
  }

  @Test
  void closesSpark() {
    LimitedContext spark = open(LONG);
    assertThat(close(spark)).isEmpty();
    assertThat(spark.sc().isStopped()).isTrue();
  }

  /** Spark waits for its listeners without a limit. */
  @Test
  void doesNotWaitForSparkForEver() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    SparkListener hangs =
        new SparkListener() {
          @Override
          public void onApplicationEnd(SparkListenerApplicationEnd event) {
            awaitQuietly(ended);
          }
        };
    LimitedContext spark = open(Duration.ofMillis(50));
    spark.sc().addSparkListener(hangs);
    try {
      assertThat(close(spark))
          .isEqualToIgnoringNewLines(
              "warning: Spark is not closed after 0 seconds; the process ends without it");
    } finally {
      ended.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

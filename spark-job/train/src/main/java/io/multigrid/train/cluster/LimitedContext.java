package io.multigrid.train.cluster;

import io.multigrid.engine.TimeLimit;
import java.time.Duration;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A Spark context that is closed within a limit. Spark's own stop waits for listeners and for its
 * cleaner, which may wait for executors that are gone.
 */
final class LimitedContext extends JavaSparkContext {
  static final Duration LIMIT = Duration.ofSeconds(30);

  private final Duration limit;

  LimitedContext(SparkConf conf, Duration limit) {
    super(conf);
    this.limit = limit;
  }

  /** Gives up after the limit, with a line on stderr: what was computed is there, and stays. */
  @Override
  public void stop() {
    if (!TimeLimit.run("close-spark", limit, this::stopQuietly)) {
      System.err.printf(
          Locale.ROOT,
          "warning: Spark is not closed after %.0f seconds; the process ends without it%n",
          limit.toNanos() / 1e9);
    }
  }

  private void stopQuietly() {
    try {
      super.stop();
    } catch (Exception e) { // Scala throws checked ones without declaring them
      if (!(e instanceof InterruptedException)) { // which is the limit
        System.err.println("warning: closing Spark: " + e.getMessage());
      }
    }
  }
}

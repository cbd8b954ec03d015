package io.multigrid.engine.bigdl;

import io.multigrid.engine.EngineException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One partition on each executor, kept there by being cached.
 *
 * @param executors index of each executor, one a partition
 * @param places host and port of each executor's process
 */
record Placement(JavaRDD<Integer> executors, List<String> places) {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * Tries until every executor has its own process, which one that has just started may not offer
   * yet.
   */
  static Placement find(JavaSparkContext spark, int executors) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Placement placement = attempt(spark, executors);
      long processes = placement.places.stream().distinct().count();
      if (spark.isLocal() || processes == executors) {
        return placement;
      }
      placement.executors.unpersist(true);
      if (System.nanoTime() > deadline) {
        throw new EngineException(
            "Spark offers %d processes for %d executors after %d minutes (%s); does the cluster have room for them?"
                .formatted(processes, executors, PATIENCE.toMinutes(), placement.places));
      }
      pause();
    }
  }

  private static Placement attempt(JavaSparkContext spark, int executors) {
    List<Integer> indices = IntStream.range(0, executors).boxed().toList();
    JavaRDD<Integer> cached = spark.parallelize(indices, executors).cache();
    List<String> places =
        cached.map(e -> SparkEnv.get().blockManager().blockManagerId().hostPort()).collect();
    return new Placement(cached, places);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while waiting for executors", e);
    }
  }
}

package io.multigrid.train.cluster;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * What the driver needs of its heap: an estimate from above, no measurement.
 *
 * @param heapBytes everything
 * @param resultBytes the largest answer of executors together, which Spark limits by {@code
 *     spark.driver.maxResultSize}
 */
record DriverMemory(long heapBytes, long resultBytes) {
  private static final long JVM = 200L << 20;
  private static final int FLOAT = 4;

  /**
   * Copies of the parameters while a checkpoint is taken and another is written: the engine's first
   * weights and momentum, what Spark and BigDL broadcast of them, two states of weights and
   * momentum, and one of these in the parts that executors sent.
   */
  private static final int COPIES = 12;

  /** Of the statistics of all workers: in the engine, in two states, and as they are sent. */
  private static final int STATISTICS_COPIES = 5;

  /** Of weights and statistics: in the file, flat, broadcast and as blocks. */
  private static final int EVALUATION_COPIES = 5;

  static DriverMemory ofTraining(Recipe recipe, Dataset data) {
    long weights = FLOAT * Memory.parameters(recipe.model());
    long statistics = FLOAT * recipe.workers() * statistics(recipe.model());
    long states = COPIES * weights + STATISTICS_COPIES * statistics;
    return new DriverMemory(JVM + data.heapBytes() + states, Math.max(weights, statistics));
  }

  static DriverMemory ofEvaluation(Recipe recipe, Dataset data) {
    long weights = FLOAT * (Memory.parameters(recipe.model()) + statistics(recipe.model()));
    return new DriverMemory(JVM + data.heapBytes() + EVALUATION_COPIES * weights, 0);
  }

  private static long statistics(Model model) {
    return Architecture.of(model).norms().stream().mapToLong(norm -> 2L * norm.channels()).sum();
  }

  /**
   * One line for each limit that is too low.
   *
   * @param heap the driver's largest heap, bytes
   * @param executors bytes of heap of executors that live in the driver; 0 on a cluster
   */
  List<String> problems(SparkConf spark, long heap, long executors) {
    List<String> problems = new ArrayList<>();
    long needed = heapBytes + executors;
    if (heap < needed) {
      problems.add(
          "the driver's heap = %sm: must be at least %sm for weights, momentum, statistics and the list of videos; set MULTIGRID_HEAP or --spark spark.driver.memory"
              .formatted(heap >> 20, Memory.megabytes(needed)));
    }
    long limit = spark.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    if (limit > 0 && limit < resultBytes) {
      problems.add(
          "spark.driver.maxResultSize = %sm: must be at least %sm for what executors answer; raise it, or set it to 0 for no limit"
              .formatted(limit >> 20, Memory.megabytes(resultBytes)));
    }
    return problems;
  }
}

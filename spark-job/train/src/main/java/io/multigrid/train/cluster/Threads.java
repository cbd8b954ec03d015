package io.multigrid.train.cluster;

import io.multigrid.train.settings.TrainSettings;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;

/** What {@code engine.threads = 0} stands for: the cores of an executor. */
public final class Threads {
  private static final String CORES = "spark.executor.cores";

  private Threads() {}

  /** The settings with the threads of an executor of this Spark. */
  public static TrainSettings known(TrainSettings train, SparkConf spark) {
    int processors = Runtime.getRuntime().availableProcessors();
    return train.withThreads(of(train, spark, processors).orElse(1));
  }

  /**
   * Threads of an executor's network; none if {@code engine.threads} is 0 and nothing says how many
   * cores executors have.
   *
   * @param processors of this machine
   */
  static OptionalInt of(TrainSettings train, SparkConf spark, int processors) {
    if (train.threads() > 0) {
      return OptionalInt.of(train.threads());
    }
    if (Sparks.isLocal(spark)) {
      return OptionalInt.of(Math.max(1, processors / train.executors()));
    }
    return spark.contains(CORES) ? OptionalInt.of(spark.getInt(CORES, 1)) : OptionalInt.empty();
  }
}

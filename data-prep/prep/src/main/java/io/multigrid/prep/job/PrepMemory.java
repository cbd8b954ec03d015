package io.multigrid.prep.job;

import org.apache.spark.SparkConf;

/** What an executor needs beside its heap: every task at once has a child process that decodes. */
public final class PrepMemory {
  /**
   * The child's heap of 256 MB, and as much for its own code, FFmpeg's pictures and the libraries.
   */
  private static final int CHILD_MEGABYTES = 512;

  /** What Spark takes for an executor alone: a tenth of its heap, at least so much. */
  private static final int LEAST_MEGABYTES = 384;

  private static final double SHARE_OF_HEAP = 0.1;

  private PrepMemory() {}

  /**
   * @param heapMegabytes of the executor
   * @param tasks at once
   */
  static long overheadMegabytes(long heapMegabytes, int tasks) {
    return Math.max(LEAST_MEGABYTES, (long) (SHARE_OF_HEAP * heapMegabytes))
        + (long) CHILD_MEGABYTES * tasks;
  }

  /**
   * Asks the cluster for it, unless the user has said how much. Where executors' cores are not
   * said, as on standalone masters, a core is counted; there memory beside the heap is not limited.
   */
  public static SparkConf sized(SparkConf conf) {
    if (!conf.contains("spark.executor.memoryOverheadFactor")) {
      int cores = conf.getInt("spark.executor.cores", 1);
      int tasks = Math.max(1, cores / Math.max(1, conf.getInt("spark.task.cpus", 1)));
      long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
      conf.setIfMissing("spark.executor.memoryOverhead", overheadMegabytes(heap, tasks) + "m");
    }
    return conf;
  }
}

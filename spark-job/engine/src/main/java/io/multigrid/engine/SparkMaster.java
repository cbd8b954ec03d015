package io.multigrid.engine;

import java.util.Map;

/**
 * What Spark's setting {@code spark.master} says of a cluster, without Spark.
 *
 * @param url as Spark takes it; empty if it is not set
 */
public record SparkMaster(String url) {
  public static SparkMaster of(Map<String, String> spark) {
    return new SparkMaster(spark.getOrDefault("spark.master", ""));
  }

  /** Whether executors are threads of the driver. */
  public boolean isLocal() {
    return url.startsWith("local");
  }

  /**
   * Whether the cluster manager is asked for a number of executors, each with a limit on its
   * memory: YARN and Kubernetes. Others are asked for cores.
   */
  public boolean countsExecutors() {
    return url.startsWith("yarn") || url.startsWith("k8s");
  }
}

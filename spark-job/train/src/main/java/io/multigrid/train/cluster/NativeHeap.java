package io.multigrid.train.cluster;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.SparkConf;

/**
 * Settings of glibc's allocator, as environment, for processes that compute. A step frees hundreds
 * of features of some megabytes and takes as many again; without these, much of its time goes into
 * fresh pages (decision 0303). The launcher sets the same for its own process.
 */
final class NativeHeap {
  static final SortedMap<String, String> ENVIRONMENT =
      new TreeMap<>(
          Map.of(
              "MALLOC_ARENA_MAX", "1",
              "MALLOC_TOP_PAD_", "67108864",
              "MALLOC_TRIM_THRESHOLD_", "4000000000",
              "MALLOC_MMAP_THRESHOLD_", "33554432"));

  private NativeHeap() {}

  /** For executors, where the user says nothing else. */
  static void into(SparkConf conf) {
    ENVIRONMENT.forEach((name, value) -> conf.setIfMissing("spark.executorEnv." + name, value));
  }
}

package io.multigrid.engine;

import java.time.Duration;
import java.util.Map;

/**
 * How an engine goes about a job, without a bearing on what is computed.
 *
 * @param compression of what travels between executors ({@code engine.compression})
 * @param patience how long the cluster may take to give all executors ({@code engine.patience})
 * @param iterationLimit how long an executor may be at its part of an iteration ({@code
 *     engine.iteration-limit}); longer if executors were slow before
 * @param spark settings ({@code spark.*}) of a Spark that the engine starts itself, where none runs
 */
public record EngineOptions(
    Compression compression,
    Duration patience,
    Duration iterationLimit,
    Map<String, String> spark) {
  public EngineOptions {
    spark = Map.copyOf(spark);
  }

  /** For an engine that runs in the Spark that is there, or in none. */
  public EngineOptions(Compression compression, Duration patience, Duration iterationLimit) {
    this(compression, patience, iterationLimit, Map.of());
  }
}

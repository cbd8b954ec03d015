package io.multigrid.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** An engine implementation, found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {
  /** The name in {@code engine.name}. */
  String name();

  /**
   * Whether replicas live on Spark's executors, so that Spark has to fit the job. Otherwise they
   * live in the driver's process.
   */
  boolean onSpark();

  /** How weights and gradients may travel with it. */
  Set<Compression> compressions();

  /**
   * Settings of Spark that the engine wants, to be made before Spark starts: those that the user
   * has not given, and those given that it adds to, whole. Made once, they are not wanted again.
   *
   * @param given the settings that there are, {@code spark.master} among them
   */
  Map<String, String> sparkDefaults(Map<String, String> given);

  /**
   * One line for each setting of Spark that the engine cannot work with: its value, what it must
   * be, and why.
   *
   * @param spark all settings, {@link #sparkDefaults} among them
   * @param executors of the job
   */
  List<String> sparkProblems(Map<String, String> spark, int executors);

  /**
   * Starts an engine: its replicas exist when this returns.
   *
   * @throws EngineException listing everything in the surroundings that does not fit the job
   */
  Engine start(EngineJob job);
}

package io.multigrid.engine;

/** An engine implementation, found by {@link java.util.ServiceLoader}. */
public interface EngineProvider {
  /** The name in {@code engine.name}. */
  String name();

  /**
   * Starts an engine: its replicas exist when this returns.
   *
   * @throws EngineException listing everything in the surroundings that does not fit the job
   */
  Engine start(EngineJob job);
}

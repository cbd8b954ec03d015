package io.multigrid.engine;

/**
 * A job that cannot start, or an iteration that could not be computed. The message says which,
 * where and why.
 */
public class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public EngineException(String message) {
    super(message);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A replica that failed. The cause is told, not kept: its class may be unknown where this ends
   * up, in another process.
   */
  public static EngineException replica(
      long iteration, WorkerRange workers, int executor, Throwable cause) {
    EngineException told =
        new EngineException(
            "iteration %s, %s (executor %s): %s"
                .formatted(iteration, workers, executor, OutOfMemory.told(cause)));
    told.setStackTrace(cause.getStackTrace());
    return told;
  }
}

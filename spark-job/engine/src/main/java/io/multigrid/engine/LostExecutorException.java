package io.multigrid.engine;

/**
 * An executor is gone, and its share of the training state with it. Another engine, started from a
 * checkpoint, can go on as soon as there is another executor.
 */
public final class LostExecutorException extends EngineException {
  private static final long serialVersionUID = 1;

  public LostExecutorException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.multigrid.engine;

/** The cluster does not offer the executors of a job. */
public final class NoRoomException extends EngineException {
  private static final long serialVersionUID = 1;

  public NoRoomException(String message) {
    super(message);
  }
}

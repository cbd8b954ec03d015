package io.multigrid.engine;

/** Whether an engine may run: after it has failed, or was closed, it may not ({@link Engine}). */
public final class EngineLife {
  private boolean failed;
  private boolean closed;

  /**
   * Counts as failed until {@link #ran}.
   *
   * @throws EngineException if the engine may not run
   */
  public void run(StageRun stage) {
    if (failed || closed) {
      throw new EngineException(
          "stage %s: this engine %s; start another from a checkpoint"
              .formatted(stage.stage(), closed ? "is closed" : "failed before"));
    }
    failed = true;
  }

  /** All iterations of the stage are done. */
  public void ran() {
    failed = false;
  }

  public boolean failed() {
    return failed;
  }

  /** Whether it was open. */
  public boolean close() {
    boolean open = !closed;
    closed = true;
    return open;
  }
}

package io.multigrid.train.cli;

/** Exit codes that scripts rely on. */
public final class Exit {
  public static final int DONE = 0;
  public static final int FAILED = 1;

  /** Bad usage or configuration; every problem was listed. */
  public static final int USAGE = 2;

  /** The data are not good enough: quarantine budget, failed verification. */
  public static final int DATA = 3;

  /** The cluster does not fit the plan. */
  public static final int CLUSTER = 4;

  /**
   * The driver is out of memory. What the system gives a process that it ends by SIGKILL, too: the
   * launcher's {@code out-of-memory} does that, and so does a system or container that has no more.
   */
  public static final int MEMORY = 137;

  private Exit() {}
}

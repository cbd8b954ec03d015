package io.multigrid.engine.bigdl;

import org.apache.spark.TaskContext;

/**
 * When the task of a thread began to evaluate its partition. BigDL computes in there, before the
 * function of the job is called.
 */
final class TaskStart {
  private record Mark(long task, long nanos) {}

  private static final ThreadLocal<Mark> MARK = new ThreadLocal<>();

  private TaskStart() {}

  /** The first call of a task counts. */
  static void mark(TaskContext context) {
    Mark mark = MARK.get();
    if (mark == null || mark.task != context.taskAttemptId()) {
      MARK.set(new Mark(context.taskAttemptId(), System.nanoTime()));
    }
  }

  /** Nanoseconds since the task's first mark; 0 if it has none. */
  static long elapsed(TaskContext context) {
    Mark mark = MARK.get();
    return mark == null || mark.task != context.taskAttemptId()
        ? 0
        : System.nanoTime() - mark.nanos;
  }
}

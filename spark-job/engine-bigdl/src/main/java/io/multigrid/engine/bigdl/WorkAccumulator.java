package io.multigrid.engine.bigdl;

import io.multigrid.engine.WorkResult;
import org.apache.spark.util.AccumulatorV2;

/** Brings what the executors did in one iteration to the driver, beside the result of the task. */
final class WorkAccumulator extends AccumulatorV2<WorkResult, WorkResult> {
  private static final long serialVersionUID = 1;

  private WorkResult sum = WorkResult.NONE;

  /** Reads the sum and starts again. On the driver, between iterations. */
  WorkResult take() {
    WorkResult taken = value();
    reset();
    return taken;
  }

  @Override
  public boolean isZero() {
    return value().equals(WorkResult.NONE);
  }

  @Override
  public WorkAccumulator copy() {
    WorkAccumulator copy = new WorkAccumulator();
    copy.sum = value();
    return copy;
  }

  @Override
  public void reset() {
    sum = WorkResult.NONE;
  }

  @Override
  public void add(WorkResult result) {
    sum = value().beside(result);
  }

  @Override
  public void merge(AccumulatorV2<WorkResult, WorkResult> other) {
    add(other.value());
  }

  @Override
  public WorkResult value() {
    return sum;
  }
}

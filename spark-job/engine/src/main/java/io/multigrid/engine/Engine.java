package io.multigrid.engine;

import java.util.function.Consumer;

/**
 * Runs iterations. Weights, momentum, statistics and counters live on from one {@link #run} to the
 * next; between two of them, nothing is rebuilt. After an {@link EngineException} from {@code run}
 * an engine can only be closed: nothing is retried, since a retried iteration would draw its clips
 * twice.
 */
public interface Engine extends AutoCloseable {
  /**
   * Runs the iterations of a stage and returns when all are done. The listener is called once an
   * iteration, in order, while nothing else runs; it may call {@link #weights}, {@link #momentum}
   * and {@link #statistics}, for a checkpoint. What it throws ends the run and reaches the caller.
   */
  void run(StageRun stage, Consumer<IterationReport> listener);

  /** The weights now, flat; a copy. */
  float[] weights();

  /**
   * The momentum buffer now, flat; a copy. Zeros before the first iteration, and without momentum.
   */
  float[] momentum();

  /**
   * Running statistics, one row a worker; a copy. {@link Statistics#mean} makes a model's of it.
   */
  float[][] statistics();

  /** Closes every replica and frees what the engine holds; a second call does nothing. */
  @Override
  void close();
}

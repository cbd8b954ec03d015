package io.multigrid.engine.bigdl;

import com.intel.analytics.bigdl.dllib.feature.dataset.MiniBatch;
import io.multigrid.engine.dispatch.ExecutorStates;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Brings the number and learning rate of the current iteration to the executors. Spark serializes
 * it anew with every job, on the driver, whose loop sets it just before: so an iteration is what
 * its task says it is, and nobody counts along.
 */
final class IterationSource implements FlatMapFunction<Iterator<Integer>, MiniBatch<Object>> {
  private static final long serialVersionUID = 1;

  private final String job;
  private final WorkAccumulator work;
  private volatile long iteration;
  private volatile double learningRate;

  IterationSource(String job, WorkAccumulator work) {
    this.job = job;
    this.work = work;
  }

  void set(long iteration, double learningRate) {
    this.iteration = iteration;
    this.learningRate = learningRate;
  }

  @Override
  public Iterator<MiniBatch<Object>> call(Iterator<Integer> executor) {
    ExecutorState state = ExecutorStates.of(new ExecutorStates.Key(job, executor.next()));
    Step step = new Step(iteration, learningRate, state, work);
    return List.<MiniBatch<Object>>of(new StepBatch(step, StepBatch.RECORDS)).iterator();
  }
}

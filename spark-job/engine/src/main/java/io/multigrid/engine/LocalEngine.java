package io.multigrid.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One executor after the other in the calling thread, no Spark: slow, and short enough to be seen
 * to be right. Other engines are judged by it.
 */
final class LocalEngine implements Engine {
  /** Named by the service file. */
  public static final class Provider implements EngineProvider {
    @Override
    public String name() {
      return "local";
    }

    @Override
    public Engine start(EngineJob job) {
      return new LocalEngine(job);
    }
  }

  private final EngineJob job;
  private final List<Replica> replicas = new ArrayList<>();
  private final float[] weights;
  private final float[] momentum;
  private final float[] gradient;
  private boolean failed;

  private LocalEngine(EngineJob job) {
    this.job = job;
    weights = job.weights().clone();
    momentum = job.momentum().map(float[]::clone).orElseGet(() -> new float[weights.length]);
    gradient = new float[weights.length];
    try {
      for (int e = 0; e < job.executors(); e++) {
        replicas.add(job.replicas().create(e, job.executors()));
        replicas.get(e).statistics(job.statistics().clone());
      }
    } catch (RuntimeException e) {
      close();
      throw new EngineException("replica of executor " + replicas.size() + ": " + e, e);
    }
  }

  @Override
  public void run(StageRun stage, Consumer<IterationReport> listener) {
    if (failed) {
      throw new EngineException(
          "stage "
              + stage.stage()
              + ": this engine failed before; start another from a checkpoint");
    }
    failed = true;
    long before = System.nanoTime();
    for (int i = 0; i < stage.iterations(); i++) {
      long iteration = stage.firstIteration() + i;
      WorkResult work = iterate(iteration, (float) stage.learningRates()[i]);
      long now = System.nanoTime();
      listener.accept(IterationReport.of(iteration, job.workers(), work, (now - before) * 1e-9));
      before = now;
    }
    failed = false;
  }

  private WorkResult iterate(long iteration, float rate) {
    Arrays.fill(gradient, 0);
    WorkResult work = WorkResult.NONE;
    for (int e = 0; e < replicas.size(); e++) {
      work = work.before(compute(iteration, e));
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] /= job.workers();
    }
    job.sgd().step(weights, momentum, gradient, rate);
    return work;
  }

  private WorkResult compute(long iteration, int executor) {
    WorkerRange range = job.range(executor);
    try {
      return replicas
          .get(executor)
          .compute(iteration, range.first(), range.end(), weights, gradient);
    } catch (RuntimeException e) {
      throw EngineException.replica(iteration, range, executor, e);
    }
  }

  @Override
  public float[] weights() {
    return weights.clone();
  }

  @Override
  public float[] momentum() {
    return momentum.clone();
  }

  @Override
  public float[] statistics() {
    return Statistics.mean(
        replicas.stream().map(Replica::statistics).toList(),
        IntStream.range(0, replicas.size()).mapToObj(e -> job.range(e).size()).toList());
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    replicas.clear();
    failed = true;
  }
}

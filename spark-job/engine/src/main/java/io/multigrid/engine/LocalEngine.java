package io.multigrid.engine;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

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
    public boolean onSpark() {
      return false;
    }

    /** Of what does not travel, any. */
    @Override
    public Set<Compression> compressions() {
      return Set.of(Compression.values());
    }

    @Override
    public Map<String, String> sparkDefaults(Map<String, String> given) {
      return Map.of();
    }

    @Override
    public List<String> sparkProblems(Map<String, String> spark, int executors) {
      return List.of();
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
  private final float[] ofExecutor;
  private final EngineLife life = new EngineLife();

  private LocalEngine(EngineJob job) {
    this.job = job;
    weights = job.weights().clone();
    momentum = job.momentum().map(float[]::clone).orElseGet(() -> new float[weights.length]);
    gradient = new float[weights.length];
    ofExecutor = new float[weights.length];
    for (int e = 0; e < job.executors(); e++) {
      try {
        Replica replica = job.replicas().create(e, job.executors());
        replicas.add(replica);
        replica.statistics(job.statistics(job.range(e)));
      } catch (RuntimeException | OutOfMemoryError cause) {
        close();
        throw new EngineException(
            "replica of executor " + e + ": " + OutOfMemory.told(cause), cause);
      }
    }
  }

  @Override
  public void run(StageRun stage, Consumer<IterationReport> listener) {
    life.run(stage);
    for (int i = 0; i < stage.iterations(); i++) {
      long iteration = stage.firstIteration() + i;
      long start = System.nanoTime();
      WorkResult work = iterate(stage, iteration);
      double seconds = (System.nanoTime() - start) * 1e-9;
      listener.accept(IterationReport.of(iteration, job.workers(), work, seconds, 0));
    }
    life.ran();
  }

  private WorkResult iterate(StageRun stage, long iteration) {
    Arrays.fill(gradient, 0);
    WorkResult work = WorkResult.NONE;
    for (int e = 0; e < replicas.size(); e++) {
      work = work.before(compute(stage, iteration, e));
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] /= job.workers();
    }
    if (job.sgd().clipping().byNorm()) {
      float factor = job.sgd().clipping().factor(Clipping.squares(FloatBuffer.wrap(gradient)));
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= factor;
      }
    }
    job.sgd().prepare(0, FloatBuffer.wrap(weights), FloatBuffer.wrap(gradient));
    job.sgd().step(weights, momentum, gradient, (float) stage.learningRate(iteration));
    return work;
  }

  private WorkResult compute(StageRun stage, long iteration, int executor) {
    WorkerRange range = job.range(executor);
    Replica replica = replicas.get(executor);
    try {
      replica.weights().put(weights);
      WorkResult work =
          replica.compute(iteration, range.first(), range.end(), GradientListener.NONE);
      replica.gradient().get(ofExecutor);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += ofExecutor[i];
      }
      return work;
    } catch (RuntimeException | OutOfMemoryError e) {
      String what = EngineException.replica(iteration, range, executor, e).getMessage();
      throw new EngineException("stage " + stage.stage() + ": " + what, e);
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
  public float[][] statistics() {
    return replicas.stream().flatMap(r -> Arrays.stream(r.statistics())).toArray(float[][]::new);
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    replicas.clear();
    life.close();
  }
}

package io.multigrid.engine;

import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A replica small enough to compute by hand: in iteration i, worker w minimises {@code (a.x - y)^2
 * / 2} with {@code a} and {@code y} drawn from (i, w). Keeps a journal in its JVM of what it was
 * asked to do.
 */
public final class LeastSquares implements Replica {
  /**
   * @param name of the journal
   * @param failIteration iteration that throws, -1 for none
   * @param failWorker worker of that iteration that throws
   * @param failExecutor executor whose replica cannot be made, -1 for none
   */
  public record Factory(
      String name, int parameters, long failIteration, int failWorker, int failExecutor)
      implements ReplicaFactory, Serializable {
    public static Factory of(int parameters) {
      return new Factory(UUID.randomUUID().toString(), parameters, -1, -1, -1);
    }

    public Factory failing(long iteration, int worker) {
      return new Factory(name, parameters, iteration, worker, -1);
    }

    public Factory missing(int executor) {
      return new Factory(name, parameters, -1, -1, executor);
    }

    @Override
    public Replica create(int executor, int executors) {
      if (executor == failExecutor) {
        throw new IllegalStateException("no device left");
      }
      journal().add("open " + executor + " of " + executors);
      return new LeastSquares(this, executor);
    }

    /** What the replicas in this JVM did, in order. */
    public List<String> journal() {
      return JOURNALS.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>());
    }
  }

  private static final Map<String, List<String>> JOURNALS = new ConcurrentHashMap<>();

  private final Factory factory;
  private final int executor;
  private final DeviceVector.Host weights;
  private final DeviceVector.Host gradient;
  private final float[] row;
  private float[][] statistics = new float[0][];

  private LeastSquares(Factory factory, int executor) {
    this.factory = factory;
    this.executor = executor;
    this.weights = DeviceVector.Host.of(factory.parameters);
    this.gradient = DeviceVector.Host.of(factory.parameters);
    this.row = new float[factory.parameters];
  }

  @Override
  public DeviceVector weights() {
    return weights;
  }

  @Override
  public DeviceVector gradient() {
    return gradient;
  }

  @Override
  public WorkResult compute(
      long iteration, int firstWorker, int endWorker, GradientListener listener) {
    factory.journal().add("compute %d: %d-%d".formatted(iteration, firstWorker, endWorker));
    FloatBuffer sum = gradient.values();
    for (int i = 0; i < row.length; i++) {
      sum.put(i, 0);
    }
    double loss = 0;
    for (int worker = firstWorker; worker < endWorker; worker++) {
      if (iteration == factory.failIteration && worker == factory.failWorker) {
        throw new IllegalStateException("shard is broken");
      }
      drawRow(iteration, worker);
      float error = error(iteration, worker);
      for (int i = 0; i < row.length; i++) {
        sum.put(i, sum.get(i) + error * row[i]);
      }
      loss += error * error / 2;
    }
    // In two parts, the last values first, as a backward pass gets to them.
    int middle = row.length / 3;
    listener.ready(middle, row.length);
    if (middle > 0) {
      listener.ready(0, middle);
    }
    for (int w = 0; w < statistics.length; w++) {
      if (statistics[w].length > 0) {
        statistics[w][0] += 1 + firstWorker + w;
      }
    }
    int workers = endWorker - firstWorker;
    List<Note> notes = iteration % 2 == 0 ? List.of() : List.of(new Note("" + iteration, "odd"));
    return new WorkResult(loss, 3L * workers, 4L * workers, 0.001, 0.002, 0.01, notes);
  }

  private float error(long iteration, int worker) {
    double sum = -draw(iteration, worker, -1);
    for (int i = 0; i < row.length; i++) {
      sum += (double) row[i] * weights.values().get(i);
    }
    return (float) sum;
  }

  private void drawRow(long iteration, int worker) {
    for (int i = 0; i < row.length; i++) {
      row[i] = draw(iteration, worker, i);
    }
  }

  /** In (-1, 1), by a multiplicative hash. */
  static float draw(long iteration, int worker, int index) {
    long x =
        iteration * 0x9E3779B97F4A7C15L
            + worker * 0xC2B2AE3D27D4EB4FL
            + index * 0x165667B19E3779F9L;
    x = (x ^ (x >>> 32)) * 0xD6E8FEB86659FD93L;
    return ((x ^ (x >>> 29)) >> 40) / (float) (1 << 23);
  }

  /** Gradient and mean loss over all workers, in double precision. */
  static double meanGradient(long iteration, int workers, double[] weights, double[] gradient) {
    double loss = 0;
    for (int worker = 0; worker < workers; worker++) {
      double error = -draw(iteration, worker, -1);
      for (int i = 0; i < weights.length; i++) {
        error += draw(iteration, worker, i) * weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        gradient[i] += error * draw(iteration, worker, i) / workers;
      }
      loss += error * error / 2 / workers;
    }
    return loss;
  }

  @Override
  public float[][] statistics() {
    return Statistics.copy(statistics);
  }

  @Override
  public void statistics(float[][] rows) {
    statistics = Statistics.copy(rows);
  }

  @Override
  public void close() {
    factory.journal().add("close " + executor);
  }

  static List<String> sorted(List<String> journal, String start) {
    return new ArrayList<>(
        journal.stream().filter(line -> line.startsWith(start)).sorted().toList());
  }
}

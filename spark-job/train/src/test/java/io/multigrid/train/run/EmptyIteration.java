package io.multigrid.train.run;

import io.multigrid.engine.Compression;
import io.multigrid.engine.DeviceVector;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.Engines;
import io.multigrid.engine.GradientListener;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.Replica;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.Statistics;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.dispatch.StandaloneCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures what an iteration costs that computes nothing: {@code EmptyIteration ENGINE MASTER
 * PARAMETERS EXECUTORS [COMPRESSION [ITERATIONS ...]]}. Master {@code standalone} starts a cluster
 * on this machine, with a process for each executor.
 */
public final class EmptyIteration {
  private EmptyIteration() {}

  private static final class Idle implements Replica {
    private final DeviceVector weights;
    private final DeviceVector gradient;

    Idle(int parameters) {
      weights = DeviceVector.Host.of(parameters);
      gradient = DeviceVector.Host.of(parameters);
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
    public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
      listener.ready(0, gradient.length());
      return new WorkResult(0, 0, 1, 0, 0, 0, List.of());
    }

    @Override
    public float[][] statistics() {
      return new float[0][];
    }

    @Override
    public void statistics(float[][] rows) {}

    @Override
    public void close() {}
  }

  public static void main(String[] arguments) throws Exception {
    if (!arguments[1].equals("standalone")) {
      run(arguments, Map.of("spark.master", arguments[1]));
      return;
    }
    int executors = Integer.parseInt(arguments[3]);
    Path folder = Files.createTempDirectory("empty-iteration");
    try (StandaloneCluster cluster = StandaloneCluster.start(folder, executors)) {
      Map<String, String> options = new HashMap<>(cluster.options(executors));
      options.put("spark.executor.memory", "2g");
      run(arguments, options);
    }
  }

  private static void run(String[] arguments, Map<String, String> spark) {
    int executors = Integer.parseInt(arguments[3]);
    int parameters = Integer.parseInt(arguments[2]);
    Compression compression = Compression.of(arguments.length > 4 ? arguments[4] : "none");
    int[] counts =
        arguments.length > 5
            ? Arrays.stream(arguments).skip(5).mapToInt(Integer::parseInt).toArray()
            : new int[] {50, 200, 500, 500, 500};
    long start = System.nanoTime();
    EngineJob job =
        new EngineJob(
            (executor, of) -> new Idle(parameters),
            executors,
            executors,
            1,
            new Sgd(0.9, true),
            new float[parameters],
            Optional.empty(),
            Statistics.same(new float[0], executors),
            new EngineOptions(compression, Duration.ofMinutes(5), Duration.ofHours(1), spark));
    try (Engine engine = Engines.byName(arguments[0]).start(job)) {
      System.out.printf("start %.1f s%n", (System.nanoTime() - start) * 1e-9);
      long from = 0;
      for (int count : counts) {
        double[] rates = new double[count];
        Arrays.fill(rates, 0.1);
        List<Double> seconds = new ArrayList<>();
        long before = System.nanoTime();
        engine.run(new StageRun(0, from, rates), (IterationReport r) -> seconds.add(r.seconds()));
        double total = (System.nanoTime() - before) * 1e-9;
        seconds.sort(null);
        System.out.printf(
            "%d iterations: mean %.1f ms, least %.1f, median %.1f, 90%% %.1f, most %.1f%n",
            count,
            total / count * 1e3,
            seconds.get(0) * 1e3,
            seconds.get(count / 2) * 1e3,
            seconds.get(count * 9 / 10) * 1e3,
            seconds.get(count - 1) * 1e3);
        from += count;
      }
    }
  }
}

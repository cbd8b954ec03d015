package io.multigrid.train.run;

import io.multigrid.engine.Engine;
import io.multigrid.engine.Engines;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.WorkerRange;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.Stage;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Manifest;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.ClusterException;
import io.multigrid.train.checkpoint.InitialWeights;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.cluster.Preflight;
import io.multigrid.train.cluster.RollCall;
import io.multigrid.train.cluster.Threads;
import io.multigrid.train.forecast.StepTimes;
import io.multigrid.train.replica.TrainReplicas;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Measures a few iterations of every shape of a plan on the engine, with the clips that training
 * would see. The learning rate is 0, so that weights stay what they are.
 */
public final class Calibration {
  private final Plan plan;
  private final Dataset data;
  private final int rounds;
  private final int executors;
  private final Map<Shape, List<IterationReport>> reports = new LinkedHashMap<>();
  private final List<Double> exchange = new ArrayList<>();

  /** What one network computes at once. */
  private record Shape(int clips, int frames, int crop) {}

  private Calibration(Plan plan, Dataset data, int rounds, int executors) {
    this.plan = plan;
    this.data = data;
    this.rounds = rounds;
    this.executors = executors;
  }

  /**
   * @param rounds iterations of every shape that count; as many more go before them
   * @throws ClusterException as training would
   */
  public static StepTimes measure(
      JavaSparkContext spark, RunSettings settings, Dataset data, int rounds, Consumer<String> say)
      throws IOException {
    TrainSettings train = Threads.known(settings.train(), spark.getConf());
    Plan plan = Plan.of(settings.recipe(), data.size(Split.TRAIN));
    Preflight.check(spark.getConf(), settings.recorded(), train, plan, data);
    RollCall.check(spark, train);
    Calibration calibration = new Calibration(plan, data, rounds, train.executors());
    TrainingState state =
        new InitialWeights(train.initial()).state(plan.recipe(), spark.hadoopConfiguration(), say);
    HadoopSettings hadoop = HadoopSettings.of(spark.hadoopConfiguration());
    try (Engine engine =
        Engines.byName(train.engine().name())
            .start(TrainReplicas.job(plan, data, hadoop, train, state))) {
      for (Stage stage : plan.stages()) {
        int iterations = iterations(plan, stage, 2 * rounds);
        if (iterations == 0) {
          continue;
        }
        say.accept(
            "stage %s of %s: %s iterations"
                .formatted(stage.index() + 1, plan.stages().size(), iterations));
        engine.run(
            new StageRun(stage.index(), stage.firstIteration(), new double[iterations]),
            calibration::report);
      }
    }
    return calibration.times();
  }

  /** How many iterations of a stage have every shape so often, if the stage has. */
  static int iterations(Plan plan, Stage stage, int times) {
    Map<Integer, Integer> seen = new HashMap<>();
    long end = stage.firstIteration() + stage.iterations();
    long at = stage.firstIteration();
    long turns = Math.min(stage.shortCycle().size(), stage.iterationsPerEpoch());
    while (at < end && seen.values().stream().filter(n -> n >= times).count() < turns) {
      seen.merge(plan.iteration(at).shortIndex(), 1, Integer::sum);
      at++;
    }
    return Math.toIntExact(at - stage.firstIteration());
  }

  private void report(IterationReport report) {
    Iteration iteration = plan.iteration(report.iteration());
    int clips =
        iteration.batchPerWorker(plan.recipe().workers()) * iteration.batchNorm().syncWorkers();
    reports
        .computeIfAbsent(
            new Shape(clips, iteration.frames(), iteration.crop()), s -> new ArrayList<>())
        .add(report);
    exchange.add(report.times().syncSeconds() + report.times().schedulingSeconds());
  }

  private StepTimes times() {
    List<StepTimes.Step> steps = new ArrayList<>();
    reports.forEach((shape, all) -> steps.add(step(shape, all)));
    return new StepTimes(executors, mean(later(exchange)), steps);
  }

  private StepTimes.Step step(Shape shape, List<IterationReport> all) {
    List<IterationReport> later = later(all);
    Iteration iteration = plan.iteration(all.get(0).iteration());
    Recipe recipe = plan.recipe();
    int busiest = WorkerRange.of(0, executors, recipe.workers(), plan.workersPerGroup()).size();
    double steps = (double) busiest / iteration.batchNorm().syncWorkers();
    double decode =
        later.stream()
            .mapToDouble(r -> r.times().decodeSeconds() / r.clips())
            .average()
            .orElseThrow();
    return new StepTimes.Step(
        shape.clips(),
        shape.frames(),
        shape.crop(),
        mean(later.stream().map(r -> r.times().computeSeconds() / steps).toList()),
        decode * shape.clips(),
        Math.rint(clipBytes(iteration) * shape.clips()));
  }

  /** The mean bytes of a stored frame, times the frames from a clip's first to its last. */
  private double clipBytes(Iteration iteration) {
    StoredGrid grid = Grids.forCrop(plan.recipe(), iteration.crop());
    long bytes = 0;
    long videos = 0;
    for (Manifest.Grid stored : data.manifest().grids()) {
      if (stored.stored().equals(grid)) {
        bytes = stored.shards().stream().mapToLong(ShardInfo::bytes).sum();
        videos = stored.shards().stream().mapToLong(ShardInfo::records).sum();
      }
    }
    double frames = 0;
    for (int video = 0; video < data.size(Split.TRAIN); video++) {
      frames += data.frames(Split.TRAIN, video, 0);
    }
    frames /= data.size(Split.TRAIN);
    double stride =
        (iteration.minStride() + iteration.maxStride()) / 2.0 / plan.recipe().clip().stride();
    double span = (iteration.frames() - 1) * stride + 1;
    return (double) bytes / videos * Math.min(1, span / frames);
  }

  /** The first half pays for compilation, memory and clips that are not there yet. */
  private <T> List<T> later(List<T> all) {
    return all.subList(all.size() / 2, all.size());
  }

  /** Not the median: what is predicted is a sum, and outliers are part of it. */
  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}

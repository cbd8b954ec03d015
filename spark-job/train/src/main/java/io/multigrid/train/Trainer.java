package io.multigrid.train;

import io.multigrid.config.Settings;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Engines;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.models.Network;
import io.multigrid.schedules.BatchNorm;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.Stage;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Walks the stages of a plan on an engine, measures, evaluates, and writes the model.
 *
 * <p>Under {@code out}: {@code metrics.jsonl}, {@code model.safetensors} (written last and
 * committed by rename), {@code settings.conf} with the effective settings.
 */
public final class Trainer {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final TrainSettings train;
  private final Recipe recipe;
  private final Plan plan;
  private final Dataset data;
  private final String name;

  /**
   * What a run came to.
   *
   * @param seconds training alone: neither start-up nor evaluation
   */
  public record Result(Evaluation evaluation, double seconds, long iterations, Plan plan) {}

  public Trainer(JavaSparkContext spark, Settings settings, Dataset data, String name) {
    this.spark = spark;
    this.settings = settings;
    this.train = TrainSettings.from(settings);
    this.recipe = Recipe.from(settings);
    this.data = data;
    this.name = name;
    this.plan = Plan.of(recipe, data.size(Split.TRAIN));
    Fit.check(settings, recipe, plan, data);
  }

  public Plan plan() {
    return plan;
  }

  public Result run(String out) throws IOException {
    Path folder = new Path(out);
    FileSystem files = folder.getFileSystem(spark.hadoopConfiguration());
    files.mkdirs(folder);
    Files.write(files, new Path(folder, "settings.conf"), settings.render());
    HadoopSettings hadoop = HadoopSettings.of(spark.hadoopConfiguration());
    Progress progress = new Progress(System.err, train.progressSeconds(), name, plan);
    try (Metrics metrics = new Metrics(files, new Path(folder, "metrics.jsonl"));
        Network initial = Network.create(recipe.model(), "cpu", recipe.seed());
        Engine engine = Engines.byName(train.engine()).start(job(initial, hadoop))) {
      Run run = new Run(engine, metrics, progress, hadoop);
      for (Stage stage : plan.stages()) {
        run.stage(stage);
      }
      Evaluation evaluation = run.evaluateOnce(plan.iterations(), plan.epochs());
      Evaluator.State state = run.state();
      initial.weights(state.weights());
      initial.statistics(state.statistics());
      ModelFile.write(files, new Path(folder, ModelFile.NAME), initial, settings, data.classes());
      return new Result(evaluation, run.seconds, plan.iterations(), plan);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Scores a model on the split that the settings name. */
  public static Evaluation evaluate(
      JavaSparkContext spark, Settings settings, Dataset data, ModelFile model) {
    TrainSettings train = TrainSettings.from(settings);
    Recipe recipe = Recipe.from(settings);
    return evaluator(recipe, train, data, HadoopSettings.of(spark.hadoopConfiguration()))
        .evaluate(spark, train.split(), model.state(recipe));
  }

  private static Evaluator evaluator(
      Recipe recipe, TrainSettings train, Dataset data, HadoopSettings hadoop) {
    return new Evaluator(
        recipe, data, hadoop, train.views(), train.device(), train.executors(), train.threads());
  }

  private EngineJob job(Network initial, HadoopSettings hadoop) {
    int workersPerGroup =
        plan.stages().stream()
            .map(Stage::batchNorm)
            .filter(bn -> bn.kind() == BatchNorm.Kind.SYNC)
            .mapToInt(BatchNorm::syncWorkers)
            .reduce(1, Trainer::leastCommonMultiple);
    TrainReplicas replicas =
        new TrainReplicas(
            recipe, data, hadoop, train.ahead(), workersPerGroup, train.device(), train.threads());
    return new EngineJob(
        replicas,
        recipe.workers(),
        train.executors(),
        workersPerGroup,
        new Sgd(recipe.solver().momentum(), recipe.solver().nesterov()),
        initial.weights(),
        Optional.empty(),
        initial.statistics(),
        Map.of("engine.compression", train.compression()));
  }

  private static int leastCommonMultiple(int a, int b) {
    int x = a;
    int y = b;
    while (y != 0) {
      int rest = x % y;
      x = y;
      y = rest;
    }
    return a / x * b;
  }

  /** The moving parts of one run. */
  private final class Run {
    private final Engine engine;
    private final Metrics metrics;
    private final Progress progress;
    private final Evaluator evaluator;
    private final HadoopSettings hadoop;
    private Evaluator.State state;
    private double seconds;
    private long evaluatedAt = -1;
    private Evaluation latest;

    Run(Engine engine, Metrics metrics, Progress progress, HadoopSettings hadoop) {
      this.engine = engine;
      this.metrics = metrics;
      this.progress = progress;
      this.evaluator = evaluator(recipe, train, data, hadoop);
      this.hadoop = hadoop;
    }

    /** What was evaluated last. */
    Evaluator.State state() {
      return state;
    }

    /** A stage runs in one piece, or in pieces with evaluations between them. */
    void stage(Stage stage) throws IOException {
      int every = train.evaluateEveryEpochs();
      int epoch = stage.firstEpoch();
      while (epoch < stage.endEpoch()) {
        int end = every == 0 ? stage.endEpoch() : Math.min(stage.endEpoch(), next(epoch, every));
        long first =
            stage.firstIteration() + (epoch - stage.firstEpoch()) * stage.iterationsPerEpoch();
        int count = Math.toIntExact((end - epoch) * stage.iterationsPerEpoch());
        iterations(stage, first, count);
        epoch = end;
        if (every > 0 && epoch % every == 0) {
          evaluateOnce(first + count, epoch);
        }
      }
    }

    private static int next(int epoch, int every) {
      return (epoch / every + 1) * every;
    }

    private void iterations(Stage stage, long first, int count) {
      double[] learningRates = new double[count];
      for (int i = 0; i < count; i++) {
        learningRates[i] = plan.iteration(first + i).learningRate();
      }
      engine.run(new StageRun(stage.index(), first, learningRates), this::report);
    }

    private void report(IterationReport report) {
      Iteration iteration = plan.iteration(report.iteration());
      seconds += report.seconds();
      progress.iteration(iteration, report);
      try {
        metrics.iteration(iteration, report, seconds);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Evaluation evaluateOnce(long iteration, int epoch) throws IOException {
      if (evaluatedAt != iteration) {
        float[] weights = engine.weights();
        state = new Evaluator.State(weights, statistics(weights));
        latest = evaluator.evaluate(spark, train.split(), state);
        evaluatedAt = iteration;
        metrics.evaluation(iteration, epoch, seconds, latest);
        progress.message(
            String.format(
                java.util.Locale.ROOT,
                "epoch %d: %s accuracy %.1f %% on %d videos (loss %.3f)",
                epoch,
                train.split().name().toLowerCase(java.util.Locale.ROOT),
                100 * latest.top1(),
                latest.videos(),
                latest.loss()));
      }
      return latest;
    }

    private float[] statistics(float[] weights) {
      if (train.preciseBatches() == 0) {
        return engine.statistics();
      }
      return new PreciseStatistics(
              recipe,
              data,
              hadoop,
              train.ahead(),
              train.device(),
              train.preciseBatches(),
              train.executors(),
              train.threads())
          .of(spark, weights);
    }
  }
}

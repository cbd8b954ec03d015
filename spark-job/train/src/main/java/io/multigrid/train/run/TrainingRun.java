package io.multigrid.train.run;

import io.multigrid.config.Settings;
import io.multigrid.engine.Engine;
import io.multigrid.engine.Engines;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.engine.Note;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.Statistics;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.Stage;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.DataException;
import io.multigrid.train.StoppedException;
import io.multigrid.train.Version;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.CheckpointWriter;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.InitialWeights;
import io.multigrid.train.checkpoint.Layout;
import io.multigrid.train.checkpoint.ModelCard;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.cluster.HadoopSettings;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.evaluate.PreciseStatistics;
import io.multigrid.train.metrics.EventFile;
import io.multigrid.train.metrics.GrowingFile;
import io.multigrid.train.metrics.Metrics;
import io.multigrid.train.metrics.Progress;
import io.multigrid.train.metrics.TrainingSource;
import io.multigrid.train.replica.TrainReplicas;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Walks the iterations of a plan on an engine, from a checkpoint or from the start: reports,
 * checkpoints and evaluates on the way, and writes the model at the end.
 */
final class TrainingRun {
  private final JavaSparkContext spark;
  private final Settings settings;
  private final TrainSettings train;
  private final Plan plan;
  private final Recipe recipe;
  private final Dataset data;
  private final FileSystem files;
  private final Path folder;
  private final Checkpoints checkpoints;
  private final Layout layout;
  private final Progress progress;
  private final HadoopSettings hadoop;

  TrainingRun(
      JavaSparkContext spark,
      Settings settings,
      TrainSettings train,
      Plan plan,
      Dataset data,
      FileSystem files,
      Path folder,
      Checkpoints checkpoints,
      Layout layout,
      Progress progress) {
    this.spark = spark;
    this.settings = settings;
    this.train = train;
    this.plan = plan;
    this.recipe = plan.recipe();
    this.data = data;
    this.files = files;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.layout = layout;
    this.progress = progress;
    this.hadoop = HadoopSettings.of(spark.hadoopConfiguration());
  }

  /** One attempt, to the end of the plan. */
  Trainer.Result from(Optional<Checkpoints.Restored> start, StopRequest stop) throws IOException {
    long iteration = start.map(s -> s.checkpoint().iteration()).orElse(0L);
    boolean evaluated = start.flatMap(Checkpoints.Restored::top1).isPresent();
    GrowingFile file = new GrowingFile(files, new Path(folder, "metrics.jsonl"));
    progress.resume(iteration);
    try (Metrics metrics =
            start.isPresent()
                ? Metrics.resume(
                    file,
                    EventFile.create(files, folder),
                    iteration,
                    evaluated && iteration < plan.iterations())
                : Metrics.create(file, EventFile.create(files, folder));
        CheckpointWriter writer = new CheckpointWriter(iteration, progress::message);
        TrainingSource source = new TrainingSource();
        Engine engine =
            Engines.byName(train.engine())
                .start(TrainReplicas.job(plan, data, hadoop, train, state(start)))) {
      return new Attempt(engine, metrics, writer, source, stop, start).run(iteration, evaluated);
    }
  }

  private TrainingState state(Optional<Checkpoints.Restored> start) throws IOException {
    if (start.isEmpty()) {
      return InitialWeights.from(settings).state(recipe, files.getConf(), progress::message);
    }
    TrainingState state = start.get().state();
    return state.statistics().length == recipe.workers()
        ? state
        : new TrainingState(
            state.weights(),
            state.momentum(),
            Statistics.same(state.meanStatistics(), recipe.workers()));
  }

  /** The moving parts of one attempt. */
  private final class Attempt {
    private final Engine engine;
    private final Metrics metrics;
    private final CheckpointWriter writer;
    private final TrainingSource source;
    private final StopRequest stop;
    private final Evaluator evaluator;
    private final Divergence divergence;
    private final Map<String, Note> damaged = new LinkedHashMap<>();
    private double seconds;
    private long checkpointed;
    private Evaluator.State latest;
    private long checkpointedAt = System.nanoTime();

    Attempt(
        Engine engine,
        Metrics metrics,
        CheckpointWriter writer,
        TrainingSource source,
        StopRequest stop,
        Optional<Checkpoints.Restored> start) {
      this.engine = engine;
      this.metrics = metrics;
      this.writer = writer;
      this.source = source;
      this.stop = stop;
      this.evaluator = Trainer.evaluator(recipe, train, data, hadoop);
      this.divergence =
          new Divergence(
              recipe.model().classes(),
              train.limits().divergenceFactor(),
              train.limits().divergenceIterations());
      start.ifPresent(
          from -> {
            seconds = from.checkpoint().seconds();
            checkpointed = from.checkpoint().iteration();
            from.checkpoint().damaged().forEach(note -> damaged.put(note.subject(), note));
          });
    }

    Trainer.Result run(long first, boolean evaluated) throws IOException {
      if (first > 0 && first < plan.iterations() && !evaluated && evaluationDue(first)) {
        evaluate(first);
      }
      for (long next = first; next < plan.iterations(); ) {
        long end = pieceEnd(next);
        iterations(next, end);
        next = end;
        if (next < plan.iterations() && evaluationDue(next)) {
          evaluate(next);
        }
      }
      Evaluation evaluation = evaluate(plan.iterations());
      train.ahead().patience().run(this::model);
      return new Trainer.Result(evaluation, seconds, plan.iterations(), plan);
    }

    private void model() throws IOException {
      String card = new ModelCard(recipe, data.classes()).json();
      Storage.write(files, new Path(folder, ModelCard.NAME), card);
      Storage.write(
          files,
          new Path(folder, ModelFile.NAME),
          ModelFile.content(layout, latest.weights(), latest.statistics(), settings, data.classes())
              ::write);
    }

    /** Where the stage ends, or an evaluation within it is due. */
    private long pieceEnd(long iteration) {
      Iteration first = plan.iteration(iteration);
      Stage stage = plan.stages().get(first.stage());
      int every = train.evaluateEveryEpochs();
      int epoch = every == 0 ? stage.endEpoch() : (first.epoch() / every + 1) * every;
      return stage.firstIteration()
          + (Math.min(epoch, stage.endEpoch()) - stage.firstEpoch()) * stage.iterationsPerEpoch();
    }

    private boolean evaluationDue(long iterations) {
      int every = train.evaluateEveryEpochs();
      Iteration next = plan.iteration(iterations);
      return every > 0 && next.iterationInEpoch() == 0 && next.epoch() % every == 0;
    }

    private void iterations(long first, long end) {
      double[] learningRates = new double[Math.toIntExact(end - first)];
      for (int i = 0; i < learningRates.length; i++) {
        learningRates[i] = plan.iteration(first + i).learningRate();
      }
      engine.run(new StageRun(plan.iteration(first).stage(), first, learningRates), this::report);
    }

    /** Called by the engine after every iteration. */
    private void report(IterationReport report) {
      Iteration iteration = plan.iteration(report.iteration());
      seconds += report.seconds();
      progress.iteration(iteration, report);
      metrics.iteration(iteration, report, seconds);
      damages(report);
      source.iteration(report, damaged.size());
      divergence.after(report.loss()).ifPresent(what -> stopDiverged(report.iteration(), what));
      long done = report.iteration() + 1;
      double since = (System.nanoTime() - checkpointedAt) / 1e9;
      if (stop.wanted()) {
        checkpoint(done);
        stopSafely(done);
      } else if (train.checkpoints().due(done, since) || writer.wantsAnother()) {
        checkpoint(done);
      }
    }

    private void damages(IterationReport report) {
      for (Note note : report.notes()) {
        if (damaged.putIfAbsent(note.subject(), note) == null) {
          metrics.damage(report.iteration(), note);
          progress.message("damaged: %s: %s".formatted(note.subject(), note.text()));
        }
      }
      double allowed = train.limits().maxDamaged() * data.size(Split.TRAIN);
      if (damaged.size() > allowed) {
        throw new DataException(
            "%s: %d of %d training videos turned out to be damaged, at most %.3g %% may be (feed.max-damaged): %s; run inspect --verify and prepare them again%s"
                .formatted(
                    data.uri(),
                    damaged.size(),
                    data.size(Split.TRAIN),
                    100 * train.limits().maxDamaged(),
                    String.join(", ", damaged.keySet()),
                    goOn()));
      }
    }

    private String goOn() {
      writer.settle();
      return writer.lastGood() == 0
          ? "; there is no checkpoint yet"
          : "; the last good checkpoint is " + checkpoints.path(writer.lastGood());
    }

    private void stopDiverged(long iteration, String what) {
      throw new StoppedException(
          "iteration %d: %s, so training has stopped%s; lower solver.learning-rate or lengthen solver.warmup-epochs, and go on from there with --resume --accept-changes, or start anew"
              .formatted(iteration, what, goOn()));
    }

    private void stopSafely(long done) {
      boolean there = writer.settle();
      metrics.flush();
      String what =
          there
              ? "stopped by a signal after %d of %d iterations, which are in %s; go on with --resume"
                  .formatted(done, plan.iterations(), checkpoints.path(done))
              : "stopped by a signal; the last checkpoint could not be written%s".formatted(goOn());
      progress.message(what);
      stop.safe();
      throw new StoppedException(what);
    }

    /** Copies the state here and now; a thread of its own writes it. */
    private void checkpoint(long done) {
      if (checkpointed == done) {
        return;
      }
      TrainingState state = TrainingState.of(engine);
      if (!state.finite()) {
        stopDiverged(done - 1, "a weight or its momentum is not a number");
      }
      Iteration last = plan.iteration(done - 1);
      Checkpoint checkpoint =
          new Checkpoint(
              Checkpoint.FORMAT,
              Checkpoint.VERSION,
              done,
              last.epoch(),
              last.stage(),
              seconds,
              recipe.workers(),
              Checkpoint.Source.of(data),
              new ArrayList<>(damaged.values()),
              settings.values(),
              Version.text());
      metrics.flush();
      writer.submit(
          done, () -> checkpoints.write(checkpoint, layout, state, settings), checkpoints::prune);
      checkpointed = done;
      checkpointedAt = System.nanoTime();
    }

    /** Evaluates the model as it is, which is a checkpoint, too. */
    private Evaluation evaluate(long done) throws IOException {
      if (train.checkpoints().on()) {
        checkpoint(done);
      }
      Evaluation result;
      try {
        float[] weights = engine.weights();
        latest = new Evaluator.State(weights, statistics(weights));
        result = evaluator.evaluate(spark, train.split(), latest);
      } catch (Exception e) {
        Optional<RuntimeException> lost = lost(e);
        if (lost.isPresent()) {
          throw lost.get();
        }
        throw e;
      }
      int epoch = plan.iteration(done - 1).epoch() + 1;
      metrics.evaluation(done, epoch, seconds, result);
      if (train.checkpoints().on() && writer.settle()) {
        scored(done, result);
      }
      progress.message(
          String.format(
              Locale.ROOT,
              "epoch %d: %s accuracy %.1f %% on %d videos (loss %.3f)",
              epoch,
              train.split().name().toLowerCase(Locale.ROOT),
              100 * result.top1(),
              result.videos(),
              result.loss()));
      return result;
    }

    private void scored(long done, Evaluation result) {
      try {
        checkpoints.evaluated(done, result);
      } catch (IOException e) {
        progress.message(
            "the score of the checkpoint of iteration %d could not be written (%s); training goes on"
                .formatted(done, e.getMessage()));
      }
    }

    /** Of the network that is evaluated. */
    private float[] statistics(float[] weights) {
      if (train.preciseBatches() == 0) {
        return Statistics.mean(engine.statistics());
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

    /**
     * Spark's exception, which is a checked one although nothing declares it, has no other sign of
     * an executor that went.
     */
    private static Optional<RuntimeException> lost(Exception failure) {
      for (Throwable e = failure; e != null; e = e.getCause()) {
        if (e instanceof SparkException
            && String.valueOf(e.getMessage()).contains("ExecutorLostFailure")) {
          return Optional.of(
              new LostExecutorException("an executor was lost while evaluating", failure));
        }
      }
      return Optional.empty();
    }
  }
}

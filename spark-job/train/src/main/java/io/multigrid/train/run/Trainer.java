package io.multigrid.train.run;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.DataException;
import io.multigrid.train.StoppedException;
import io.multigrid.train.checkpoint.Checkpoint;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.Layout;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.checkpoint.RunChanges;
import io.multigrid.train.cluster.Devices;
import io.multigrid.train.cluster.HadoopSettings;
import io.multigrid.train.cluster.Preflight;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.evaluate.Prediction;
import io.multigrid.train.evaluate.Predictions;
import io.multigrid.train.metrics.EventFile;
import io.multigrid.train.metrics.Progress;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains by a plan: from the first iteration or from a checkpoint, and again from a checkpoint when
 * an executor is lost.
 *
 * <p>Under {@code out}: {@code metrics.jsonl}, {@code checkpoints}, {@code settings.conf} with the
 * effective settings, and {@code model.safetensors} (written last and committed by rename).
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

  /** What to do about an earlier run in the same folder. */
  public enum Start {
    /** Refuses if there is a checkpoint. */
    FRESH,
    /** Forgets it. */
    REPLACE,
    /** Goes on from its newest checkpoint, if this is the same run. */
    RESUME,
    /** Goes on from its newest checkpoint with what has changed. */
    RESUME_CHANGED
  }

  public Trainer(JavaSparkContext spark, Settings settings, Dataset data, String name) {
    this.spark = spark;
    this.settings = settings;
    this.train = TrainSettings.from(settings);
    this.recipe = Recipe.from(settings);
    this.data = data;
    this.name = name;
    this.plan = Plan.of(recipe, data.size(Split.TRAIN));
    Preflight.check(spark.getConf(), settings, train, plan, data);
    Devices.check(spark, train);
  }

  public Plan plan() {
    return plan;
  }

  /** Trains from the first iteration, whatever is in the folder. */
  public Result run(String out) throws IOException {
    return run(out, Start.REPLACE);
  }

  /**
   * @throws StoppedException if training ended before its schedule did
   * @throws DataException if the data, or every checkpoint, are damaged beyond what is allowed
   * @throws ConfigurationException if the folder holds another run than the one to go on with
   */
  public Result run(String out, Start start) throws IOException {
    Path folder = new Path(out);
    FileSystem files = folder.getFileSystem(spark.hadoopConfiguration());
    Checkpoints checkpoints =
        new Checkpoints(files, folder, train.checkpoints().keep(), train.ahead().patience());
    Progress progress = new Progress(System.err, train.progressSeconds(), name, plan);
    Layout layout = Layout.of(recipe);
    Optional<Checkpoints.Restored> from = begin(out, start, checkpoints, layout, progress);
    if (start == Start.REPLACE) {
      Storage.delete(files, new Path(folder, EventFile.FOLDER));
    }
    Storage.write(files, new Path(folder, "settings.conf"), settings.render());
    TrainingRun run =
        new TrainingRun(
            spark, settings, train, plan, data, files, folder, checkpoints, layout, progress);
    long restartedFrom = -1;
    for (int restarts = 0; ; restarts++) {
      try (StopRequest stop = new StopRequest()) {
        return run.from(from, stop);
      } catch (LostExecutorException e) {
        from = checkpoints.restore(layout, progress::message);
        long iteration = from.map(f -> f.checkpoint().iteration()).orElse(0L);
        restarts = iteration > restartedFrom ? 0 : restarts;
        restartedFrom = iteration;
        if (restarts >= train.limits().restarts()) {
          throw e;
        }
        progress.message(
            "%s. Going on from %s"
                .formatted(
                    e.getMessage(), from.map(f -> f.path().toString()).orElse("the beginning")));
      }
    }
  }

  private Optional<Checkpoints.Restored> begin(
      String out, Start start, Checkpoints checkpoints, Layout layout, Progress progress)
      throws IOException {
    OptionalLong newest = checkpoints.newest();
    if (start == Start.REPLACE) {
      checkpoints.clear();
      return Optional.empty();
    }
    if (start == Start.FRESH) {
      if (newest.isPresent()) {
        throw new ConfigurationException(
            List.of(
                new Problem(
                    out,
                    "--out",
                    "",
                    "holds a run of " + newest.getAsLong() + " iterations",
                    "add --resume to go on with it, or give another folder")));
      }
      return Optional.empty();
    }
    Optional<Checkpoints.Restored> from = checkpoints.restore(layout, progress::message);
    if (from.isEmpty()) {
      progress.message("there is no checkpoint in " + out + "; starting at the beginning");
      return from;
    }
    RunChanges changes =
        RunChanges.between(from.get().checkpoint(), settings, Checkpoint.Source.of(data));
    changes.check(out, plan.iterations(), start == Start.RESUME_CHANGED);
    progress.message(
        "going on after %d of %d iterations, from %s"
            .formatted(from.get().checkpoint().iteration(), plan.iterations(), from.get().path()));
    return from;
  }

  /**
   * Scores a model on the split that the settings name.
   *
   * @param predictions where a row for every video is written, if anywhere: a .parquet or a CSV
   */
  public static Evaluation evaluate(
      JavaSparkContext spark,
      Settings settings,
      Dataset data,
      ModelFile model,
      Optional<String> predictions)
      throws IOException {
    TrainSettings train = TrainSettings.from(settings);
    Devices.check(spark, train);
    Recipe recipe = Recipe.from(settings);
    Evaluator evaluator =
        evaluator(recipe, train, data, HadoopSettings.of(spark.hadoopConfiguration()));
    long start = System.nanoTime();
    List<Prediction> rows = evaluator.predictions(spark, train.split(), model.state(recipe));
    double seconds = (System.nanoTime() - start) / 1e9;
    if (predictions.isPresent()) {
      new Predictions(data, train.split(), rows).write(spark, predictions.get());
    }
    return Evaluation.of(rows, data.classes().size(), seconds);
  }

  public static Evaluator evaluator(
      Recipe recipe, TrainSettings train, Dataset data, HadoopSettings hadoop) {
    return new Evaluator(
        recipe,
        data,
        hadoop,
        train.views(),
        train.device(),
        train.executors(),
        train.threads(),
        train.ahead().patience());
  }
}

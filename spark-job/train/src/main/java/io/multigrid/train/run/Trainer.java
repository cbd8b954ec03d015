package io.multigrid.train.run;

import io.multigrid.config.ConfigurationException;
import io.multigrid.engine.Note;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
import io.multigrid.train.StoppedException;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.Layout;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.cluster.Preflight;
import io.multigrid.train.cluster.RollCall;
import io.multigrid.train.cluster.RoomWatch;
import io.multigrid.train.cluster.Threads;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.metrics.Progress;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains by a plan: from the first iteration or from a checkpoint, and again from a checkpoint when
 * an executor is lost.
 *
 * <p>Under {@code out}: {@code metrics.jsonl}, {@code checkpoints}, {@code settings.conf} with the
 * effective settings, and {@code model.safetensors} (written after the last iteration, before its
 * evaluation).
 */
public final class Trainer {
  private final JavaSparkContext spark;
  private final RunSettings settings;
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
    /** Refuses if it has left a checkpoint or a model. */
    FRESH,
    /** Deletes it. */
    REPLACE,
    /** Goes on from its newest checkpoint, if this is the same run. */
    RESUME,
    /** Goes on from its newest checkpoint with what has changed. */
    RESUME_CHANGED
  }

  public Trainer(JavaSparkContext spark, RunSettings settings, Dataset data, String name) {
    this.spark = spark;
    this.settings = settings.with(Threads.known(settings.train(), spark.getConf()));
    this.data = data;
    this.name = name;
    this.plan = Plan.of(this.settings.recipe(), data.size(Split.TRAIN));
    Preflight.check(spark.getConf(), this.settings.recorded(), this.settings.train(), plan, data);
    RollCall.check(spark, this.settings.train());
  }

  public Plan plan() {
    return plan;
  }

  /** What else is written into a run's folder while the run still owns it. */
  public interface LastWords {
    void write(Result result) throws IOException;
  }

  /** Trains from the first iteration, whatever is in the folder. */
  public Result run(String out) throws IOException {
    return run(out, Start.REPLACE);
  }

  /** As {@link #run(String, Start, LastWords)}, with no more to write. */
  public Result run(String out, Start start) throws IOException {
    return run(out, start, result -> {});
  }

  /**
   * @param last called with the result before the folder is given up
   * @throws StoppedException if training ended before its schedule did
   * @throws DataException if the data, or every checkpoint, are damaged beyond what is allowed
   * @throws ConfigurationException if the folder holds another run than the one to go on with, or
   *     belongs to another training that runs
   */
  public Result run(String out, Start start, LastWords last) throws IOException {
    TrainSettings train = settings.train();
    Layout layout = Layout.of(settings.recipe());
    Progress progress = new Progress(System.err, train.progress().toNanos() / 1e9, name, plan);
    int keep = train.checkpoints().keep();
    try (RunFolder folder =
        RunFolder.take(
            out, spark.hadoopConfiguration(), keep, train.ahead().patience(), progress::message)) {
      Job job = new Job(spark, settings, plan, data, layout, folder, progress);
      Optional<Checkpoints.Restored> from = new Beginning(job, start).open();
      folder.sweep();
      folder.writeSettings(settings.recorded().hocon());
      Result result = result(job, from);
      folder.ownership().check();
      try {
        last.write(result);
      } catch (StorageException e) {
        throw e.again("go on with --resume");
      }
      return result;
    }
  }

  /** A second run in a folder that holds checkpoints is refused: it goes on from them instead. */
  private static Result result(Job job, Optional<Checkpoints.Restored> from) throws IOException {
    try {
      return new TrainingRun(job).from(from);
    } catch (StorageException e) {
      throw e.again("go on with --resume");
    }
  }

  /**
   * Scores a model on the split that the settings name.
   *
   * @param predictions where a row for every video is written, if anywhere: a .parquet or a CSV
   * @param say told of damaged videos, which are left out
   * @throws DataException if more of them are damaged than may be
   */
  public static Evaluation evaluate(
      JavaSparkContext spark,
      RunSettings settings,
      Dataset data,
      ModelFile model,
      Optional<String> predictions,
      Consumer<String> say)
      throws IOException {
    TrainSettings train = Threads.known(settings.train(), spark.getConf());
    Recipe recipe = settings.recipe();
    Preflight.evaluation(spark.getConf(), recipe, train, data);
    RollCall.check(spark, train);
    Evaluator evaluator =
        evaluator(recipe, train, data, HadoopSettings.of(spark.hadoopConfiguration()));
    Damages damages =
        new Damages(
            data.uri(), train.split().text(), data.size(train.split()), train.feed().maxDamaged());
    Evaluator.State state = model.state(recipe);
    Evaluator.Use<IOException> use =
        (damaged, rows) -> {
          for (Note note : damages.add(damaged)) {
            say.accept("damaged: %s: %s".formatted(note.subject(), note.text()));
          }
          damages.check(() -> "");
          if (predictions.isPresent()) {
            rows.write(spark, predictions.get());
          }
        };
    return RoomWatch.during(
        spark,
        train.engine().patience(),
        "evaluating " + data.uri(),
        () -> evaluator.evaluate(spark, train.split(), state, use));
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

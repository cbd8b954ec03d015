package io.multigrid.train.run;

import io.multigrid.engine.Engine;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.Note;
import io.multigrid.engine.StageRun;
import io.multigrid.models.SafeTensors;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Stage;
import io.multigrid.shard.Amount;
import io.multigrid.train.StoppedException;
import io.multigrid.train.checkpoint.ModelCard;
import io.multigrid.train.checkpoint.TrainingState;
import io.multigrid.train.evaluate.Evaluation;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.evaluate.PreciseStatistics;
import io.multigrid.train.metrics.Metrics;
import io.multigrid.train.metrics.TrainingSource;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Walks the iterations of a plan on one engine. */
final class Attempt {
  private final Job job;
  private final Plan plan;
  private final Engine engine;
  private final Metrics metrics;
  private final TrainingSource source;
  private final StopRequest stop;
  private final Course course;
  private final Saving saving;
  private final Scoring scoring;
  private final Divergence divergence;

  Attempt(
      Job job,
      Engine engine,
      Metrics metrics,
      TrainingSource source,
      StopRequest stop,
      Course course,
      Saving saving) {
    this.job = job;
    this.plan = job.plan();
    this.engine = engine;
    this.metrics = metrics;
    this.source = source;
    this.stop = stop;
    this.course = course;
    this.saving = saving;
    this.scoring = new Scoring(job);
    this.divergence =
        new Divergence(
            Divergence.guessing(job.recipe().model()),
            job.train().divergence().factor(),
            job.train().divergence().iterations());
  }

  /**
   * @param first iterations that are done
   * @param evaluated whether their evaluation is, too
   */
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
    return new Trainer.Result(evaluation, course.seconds(), plan.iterations(), plan);
  }

  /** Where the stage ends, or an evaluation within it is due. */
  private long pieceEnd(long iteration) {
    Iteration first = plan.iteration(iteration);
    Stage stage = plan.stages().get(first.stage());
    int every = job.train().evaluate().everyEpochs();
    int epoch = every == 0 ? stage.endEpoch() : (first.epoch() / every + 1) * every;
    return stage.firstIteration()
        + (Math.min(epoch, stage.endEpoch()) - stage.firstEpoch()) * stage.iterationsPerEpoch();
  }

  private boolean evaluationDue(long iterations) {
    int every = job.train().evaluate().everyEpochs();
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
    course.add(report.seconds());
    job.progress().iteration(iteration, report);
    metrics.iteration(iteration, report, course.seconds());
    tell(report.iteration(), course.damages().add(report.notes()));
    course.damages().check(saving::goOn);
    source.iteration(report, course.damages().count());
    divergence.after(report.loss()).ifPresent(what -> stopDiverged(report.iteration(), what));
    job.folder().ownership().check();
    long done = report.iteration() + 1;
    if (stop.wanted()) {
      checkpoint(done);
      stopSafely(done);
    } else if (saving.due(done)) {
      checkpoint(done);
    }
  }

  private void tell(long iteration, List<Note> damages) {
    for (Note note : damages) {
      metrics.damage(iteration, note);
      job.progress().message("damaged: %s: %s".formatted(note.subject(), note.text()));
    }
  }

  private void stopDiverged(long iteration, String what) {
    String goOn = saving.goOn();
    throw new StoppedException(
        "iteration %s: %s, so training has stopped%s; lower solver.learning-rate or lengthen solver.warmup-epochs, and %s"
            .formatted(
                iteration,
                what,
                goOn,
                saving.any()
                    ? "go on from there with --resume --accept-changes, or start anew"
                    : "start anew"));
  }

  private void stopSafely(long done) {
    boolean there = saving.settle();
    metrics.flush();
    String what =
        there
            ? "stopped by a signal after %s of %s iterations, which are in %s; go on with --resume"
                .formatted(done, plan.iterations(), job.folder().checkpoints().path(done))
            : "stopped by a signal; the last checkpoint could not be written%s"
                .formatted(saving.goOn());
    job.progress().message(what);
    stop.safe();
    throw new StoppedException(what);
  }

  private void checkpoint(long done) {
    if (!saving.saved(done)) {
      checkpoint(done, TrainingState.of(engine));
    }
  }

  private void checkpoint(long done, TrainingState state) {
    if (!state.finite()) {
      stopDiverged(done - 1, "a weight or its momentum is not a number");
    }
    metrics.flush();
    saving.save(done, state, state.meanStatistics(), course);
  }

  /**
   * Evaluates the model as it is. What is evaluated is what the checkpoint has as its model, so
   * that anybody who evaluates that gets the same score; it and, at the end, the run's model are
   * written before videos are looked at, whatever is wrong with those.
   */
  private Evaluation evaluate(long done) throws IOException {
    TrainingState state = scoring.training(engine);
    if (saving.on() && !saving.saved(done)) {
      checkpoint(done, state);
    }
    PreciseStatistics.Found statistics = scoring.statistics(state);
    tell(done - 1, course.damages().add(statistics.damaged()));
    if (saving.on()) {
      saving.save(done, state, statistics.statistics(), course);
    }
    job.folder().ownership().check();
    if (done == plan.iterations()) {
      writeModel(state.weights(), statistics.statistics());
    }
    Evaluation result =
        scoring.score(new Evaluator.State(state.weights(), statistics.statistics()));
    tell(done - 1, course.evaluated().add(result.damaged()));
    Supplier<String> goOn = done == plan.iterations() ? this::model : saving::goOn;
    course.damages().check(goOn);
    course.evaluated().check(goOn);
    evaluated(done, result);
    return result;
  }

  private void writeModel(float[] weights, float[] statistics) throws IOException {
    ModelCard card = new ModelCard(job.recipe(), job.data().classes());
    SafeTensors model = job.model(weights, statistics);
    boolean[] told = new boolean[1];
    job.folder()
        .writeModel(
            card,
            model,
            failure -> {
              if (stop.wanted()) {
                stopWithoutModel(failure);
              }
              if (!told[0]) {
                told[0] = true;
                job.progress()
                    .message(
                        "the model could not be written (%s); it is tried again for %s seconds (feed.patience)"
                            .formatted(
                                failure.getMessage(), job.folder().patience().time().toSeconds()));
              }
            });
  }

  private void stopWithoutModel(IOException failure) {
    String what =
        "stopped by a signal while the model could not be written (%s)%s; go on with --resume"
            .formatted(failure.getMessage(), saving.goOn());
    job.progress().message(what);
    stop.safe();
    throw new StoppedException(what);
  }

  private String model() {
    return "; the model is in %s, without a score".formatted(job.folder().path());
  }

  private void evaluated(long done, Evaluation result) throws IOException {
    int epoch = plan.iteration(done - 1).epoch() + 1;
    metrics.evaluation(done, epoch, course.seconds(), result);
    if (saving.on()) {
      saving.scored(done, result);
    }
    String leftOut =
        result.damaged().isEmpty()
            ? ""
            : ", without " + Amount.of(result.damaged().size(), "damaged one");
    job.progress()
        .message(
            String.format(
                Locale.ROOT,
                "epoch %d: %s accuracy %.1f %% on %d videos%s (loss %.3f)",
                epoch,
                job.train().split().text(),
                100 * result.top1(),
                result.videos(),
                leftOut,
                result.loss()));
  }
}

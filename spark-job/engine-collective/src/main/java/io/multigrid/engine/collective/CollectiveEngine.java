package io.multigrid.engine.collective;

import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineLife;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.dispatch.ExecutorGroup;
import io.multigrid.engine.dispatch.SparkFailures;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Gives the ranks one order an iteration, and the listener its report in between. */
final class CollectiveEngine implements Engine {
  /** A rank waits for others a little longer than the driver, which knows who is late. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  /** Executors that are there need a moment to meet; no limit at all is none to Gloo. */
  private static final Duration LEAST = Duration.ofSeconds(5);

  private final EngineJob job;
  private final ExecutorGroup<Rank> group;
  private final Runnable after;
  private final EngineLife life = new EngineLife();

  /**
   * @param after what to do when everything is closed
   */
  CollectiveEngine(EngineJob job, ExecutorGroup<Rank> group, Runnable after) {
    this.job = job;
    this.group = group;
    this.after = after;
    if (job.executors() > 1) {
      meet();
    }
  }

  private void meet() {
    Duration patience = job.options().patience();
    Duration limit = patience.compareTo(LEAST) < 0 ? LEAST : patience;
    Rendezvous.Address first = connect(new RankTask.Invite(group.id(), limit)).get(0);
    connect(new RankTask.Join(group.id(), first, limit));
    connect(new RankTask.Met(group.id(), limit));
  }

  private <R> List<R> connect(RankTask<R> task) {
    return run("connecting the executors", "", task);
  }

  /**
   * Answers by rank.
   *
   * @param where in what is done, which failures of a rank tell by themselves
   */
  private <R> List<R> run(String what, String where, RankTask<R> task) {
    try {
      return group.dispatcher().run(group.executors().rdd(), task);
    } catch (Exception e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new EngineException(what + where + " was interrupted", e);
      }
      throw SparkFailures.lost(what + where, e, group).orElseGet(() -> SparkFailures.of(what, e));
    }
  }

  @Override
  public void run(StageRun stage, Consumer<IterationReport> listener) {
    life.run(stage);
    for (int i = 0; i < stage.iterations(); i++) {
      listener.accept(iterate(stage, stage.firstIteration() + i));
    }
    life.ran();
  }

  private IterationReport iterate(StageRun stage, long iteration) {
    group.dispatcher().takeWorked();
    long start = System.nanoTime();
    Duration limit = group.dispatcher().limit().plus(SLACK);
    RankTask<WorkResult> task =
        new RankTask.Iterate(group.id(), iteration, stage.learningRate(iteration), limit);
    WorkResult work =
        run("stage " + stage.stage(), ", iteration " + iteration, task).stream()
            .reduce(WorkResult.NONE, WorkResult::beside);
    double seconds = (System.nanoTime() - start) * 1e-9;
    double idle = seconds - group.dispatcher().takeWorked();
    return IterationReport.of(iteration, job.workers(), work, seconds, idle);
  }

  @Override
  public float[] weights() {
    return group.ask("weights", Rank::weights).get(0);
  }

  @Override
  public float[] momentum() {
    return group.ask("momentum", Rank::momentum).get(0);
  }

  @Override
  public float[][] statistics() {
    return group.ask("statistics", Rank::statistics).stream()
        .flatMap(Arrays::stream)
        .toArray(float[][]::new);
  }

  @Override
  public void close() {
    if (!life.close()) {
      return;
    }
    try {
      group.close();
    } finally {
      after.run();
    }
  }
}

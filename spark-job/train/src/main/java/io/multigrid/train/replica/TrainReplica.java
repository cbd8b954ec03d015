package io.multigrid.train.replica;

import io.multigrid.engine.DeviceVector;
import io.multigrid.engine.GradientListener;
import io.multigrid.engine.Replica;
import io.multigrid.engine.Statistics;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.WorkerRange;
import io.multigrid.models.ClipBatch;
import io.multigrid.models.GradientRanges;
import io.multigrid.models.Network;
import io.multigrid.models.StepResult;
import io.multigrid.schedules.BatchNorm;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.train.feed.ClipFeed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The network and the clips of one executor's workers.
 *
 * <p>Workers that share batch normalisation form one batch: plain batch normalisation over that
 * batch is the synchronised one. Every worker has running statistics of its own, aggregated over
 * sub-batches after every step: so they do not depend on how many workers an executor holds, and
 * are all that there is to save.
 */
final class TrainReplica implements Replica {
  private static final int DROPOUT = 17;

  private final Plan plan;
  private final Network network;
  private final ClipFeed feed;
  private final int firstWorker;
  private final float[][] statistics;
  private final DeviceVector weights;
  private final DeviceVector gradient;

  TrainReplica(Plan plan, Network network, ClipFeed feed, WorkerRange workers) {
    this.plan = plan;
    this.network = network;
    this.feed = feed;
    this.firstWorker = workers.first();
    this.statistics = Statistics.same(network.statistics(), workers.end() - workers.first());
    this.weights = ResidentVector.of(network.weightVector());
    this.gradient = ResidentVector.of(network.gradientVector());
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
  public WorkResult compute(long index, int first, int end, GradientListener listener) {
    Iteration iteration = plan.iteration(index);
    int group = ClipFeed.group(iteration);
    network.zeroGradients();
    GradientRanges done =
        (from, to) -> {
          if (group > 1) {
            network.scaleGradients(from, to, group);
          }
          listener.ready(from, to);
        };
    double loss = 0;
    long correct = 0;
    long clips = 0;
    long waited = 0;
    long start = System.nanoTime();
    for (int worker = first; worker < end; worker += group) {
      long asked = System.nanoTime();
      ClipBatch batch = take(index, worker);
      waited += System.nanoTime() - asked;
      boolean last = worker + group >= end;
      StepResult step = step(iteration, worker, batch, last ? done : GradientRanges.NONE);
      feed.release(batch);
      loss += step.lossMean() * group;
      correct += step.correctTop1();
      clips += step.clips();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new WorkResult(
        loss,
        correct,
        clips,
        waited / 1e9,
        seconds - waited / 1e9,
        feed.takeDecodeSeconds(),
        feed.takeNotes());
  }

  private ClipBatch take(long iteration, int worker) {
    try {
      return feed.take(iteration, worker);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private StepResult step(Iteration iteration, int worker, ClipBatch batch, GradientRanges done) {
    int slot = worker - firstWorker;
    BatchNorm batchNorm = iteration.batchNorm();
    network.batchNorm(
        batchNorm.kind() == BatchNorm.Kind.SYNC
            ? new BatchNorm(BatchNorm.Kind.PLAIN, 1, 1)
            : batchNorm);
    network.statistics(statistics[slot]);
    long dropout =
        Draws.of(plan.recipe().seed(), iteration.epoch(), iteration.index(), worker, 0)
            .below(DROPOUT, Integer.MAX_VALUE);
    StepResult result = network.step(batch, dropout, done);
    float[] after = network.statistics();
    Arrays.fill(statistics, slot, slot + ClipFeed.group(iteration), after);
    return result;
  }

  @Override
  public float[][] statistics() {
    return statistics.clone();
  }

  @Override
  public void statistics(float[][] rows) {
    System.arraycopy(rows, 0, statistics, 0, statistics.length);
  }

  @Override
  public void close() {
    feed.close();
    network.close();
  }
}

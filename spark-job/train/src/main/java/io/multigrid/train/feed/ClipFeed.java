package io.multigrid.train.feed;

import io.multigrid.engine.Note;
import io.multigrid.engine.WorkerRange;
import io.multigrid.models.ClipBatch;
import io.multigrid.schedules.BatchNorm;
import io.multigrid.schedules.ClipOrder;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Patience;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/**
 * The training clips of a contiguous range of workers, read, decoded, cropped and mirrored ahead of
 * the network, across stage boundaries.
 *
 * <p>What a batch holds is a pure function of the plan, its seed and the worker; how far ahead and
 * on how many threads it is made is not visible in it. At most {@code prefetch} batches wait, so
 * memory is bounded.
 */
public final class ClipFeed implements AutoCloseable {
  private static final Duration LAST_CLIPS = Duration.ofSeconds(10);

  /** Longer than Hadoop's own limits in time together: what takes longer does not end. */
  private static final Duration HANGING = Duration.ofMinutes(30);

  private final Plan plan;
  private final Dataset data;
  private final int prefetch;
  private final ClipOrder order;
  private final WorkerRange workers;
  private final FeedThreads threads;
  private final TrainingClips clips;
  private final Duration limit;
  private final BufferPool buffers = new BufferPool();
  private final ArrayDeque<PendingBatch> pending = new ArrayDeque<>();
  private long nextIteration = -1;
  private int nextWorker;

  /** Workers whose clips form one batch in an iteration: those that share batch normalisation. */
  public static int group(Iteration iteration) {
    return iteration.batchNorm().kind() == BatchNorm.Kind.SYNC
        ? iteration.batchNorm().syncWorkers()
        : 1;
  }

  /**
   * How a feed works ahead.
   *
   * @param threads threads that read and decode
   * @param prefetch batches that may wait for the network
   * @param patience with storage that does not answer
   */
  public record Ahead(int threads, int prefetch, Patience patience) implements Serializable {}

  /**
   * @param workers whose clips are made: whole groups of those that share batch normalisation
   */
  public ClipFeed(Plan plan, Dataset data, Configuration hadoop, WorkerRange workers, Ahead ahead) {
    this(plan, data, hadoop, workers, ahead, limit(ahead.patience()));
  }

  /** How long a clip may take. */
  public static Duration limit(Patience patience) {
    return patience.time().plus(HANGING);
  }

  /**
   * @param limit how long a clip may take
   */
  ClipFeed(
      Plan plan,
      Dataset data,
      Configuration hadoop,
      WorkerRange workers,
      Ahead ahead,
      Duration limit) {
    this.plan = plan;
    this.data = data;
    this.prefetch = ahead.prefetch();
    this.workers = workers;
    this.order = new ClipOrder(plan.recipe().seed(), plan.datasetSize());
    this.limit = limit;
    this.clips = new TrainingClips(plan.recipe(), data, hadoop, ahead.patience());
    this.threads = new FeedThreads(ahead.threads(), clips::close);
  }

  /**
   * The batch of the workers from {@code firstWorker} on in an iteration. Asking in order is fast;
   * any other order starts the work anew from there. The batch's memory is given back by {@link
   * #release}.
   *
   * @throws IOException if clips cannot be made, or one does not come: naming its video
   */
  public ClipBatch take(long iteration, int firstWorker) throws IOException {
    PendingBatch head = pending.peek();
    if (head == null || !head.is(iteration, firstWorker)) {
      abandon();
      nextIteration = iteration;
      nextWorker = firstWorker;
    }
    fill();
    ClipBatch batch = pending.remove().await(limit);
    fill();
    return batch;
  }

  /** Lets the memory of a taken batch be used again. */
  public void release(ClipBatch batch) {
    buffers.give(batch.pixels());
  }

  private void fill() {
    while (pending.size() < prefetch + 1 && nextIteration < plan.iterations()) {
      Iteration iteration = plan.iteration(nextIteration);
      pending.add(start(iteration, nextWorker));
      nextWorker += group(iteration);
      if (nextWorker >= workers.end()) {
        nextWorker = workers.first();
        nextIteration++;
      }
    }
  }

  private PendingBatch start(Iteration iteration, int firstWorker) {
    int perWorker = iteration.batchPerWorker(plan.recipe().workers());
    int count = perWorker * group(iteration);
    int clipBytes = 3 * iteration.frames() * iteration.crop() * iteration.crop();
    int[][] labels = new int[count][];
    ByteBuffer pixels = buffers.take(Math.multiplyExact(count, clipBytes));
    List<Future<?>> tasks = new ArrayList<>(count);
    long first = iteration.firstClip() + (long) firstWorker * perWorker;
    for (int k = 0; k < count; k++) {
      int clip = k;
      int video = (int) order.video(first + k);
      Draws draws =
          Draws.of(
              plan.recipe().seed(),
              iteration.epoch(),
              iteration.index(),
              firstWorker + k / perWorker,
              k % perWorker);
      tasks.add(
          threads.submit(
              () -> {
                labels[clip] = clips.make(iteration, video, draws, pixels, clip * clipBytes);
                return null;
              }));
    }
    return new PendingBatch(
        iteration, firstWorker, pixels, labels, tasks, clip -> name(first + clip));
  }

  private String name(long clip) {
    int video = (int) order.video(clip);
    return data.video(Split.TRAIN, video).path() + " in " + data.uri();
  }

  /** Iterations whose batches wait, whole, for the network. */
  List<Long> waiting() {
    return pending.stream()
        .filter(PendingBatch::done)
        .map(batch -> batch.iteration().index())
        .distinct()
        .toList();
  }

  /** Seconds that threads spent on making clips since the last call. */
  public double takeDecodeSeconds() {
    return clips.takeSeconds();
  }

  /** Videos that turned out to be damaged since the last call. */
  public List<Note> takeNotes() {
    return clips.takeNotes();
  }

  private void abandon() {
    pending.forEach(PendingBatch::cancel);
    // A running task may still write into its buffer: such buffers are left to the collector.
    pending.clear();
  }

  /**
   * Stops the work. A thread that still reads, of storage that does not answer, is not waited for:
   * what it reads from is freed when it is done.
   */
  @Override
  public void close() {
    close(LAST_CLIPS);
  }

  /**
   * @param patience with clips that are being made
   */
  void close(Duration patience) {
    abandon();
    threads.close(patience);
  }
}

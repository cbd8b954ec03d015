package io.multigrid.train.feed;

import io.multigrid.engine.Note;
import io.multigrid.engine.WorkerRange;
import io.multigrid.models.ClipBatch;
import io.multigrid.networks.Model;
import io.multigrid.schedules.BatchNorm;
import io.multigrid.schedules.ClipOrder;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
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

  private final Plan plan;
  private final Dataset data;
  private final int prefetch;
  private final ClipOrder order;
  private final ClipSampler sampler;
  private final WorkerRange workers;
  private final FeedThreads threads;
  private final ClipSource source;
  private final BufferPool buffers = new BufferPool();
  private final LongAdder decodeNanos = new LongAdder();
  private final ThreadLocal<Resampler> resamplers = ThreadLocal.withInitial(Resampler::new);
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
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
    this.plan = plan;
    this.data = data;
    this.prefetch = ahead.prefetch();
    this.workers = workers;
    this.order = new ClipOrder(plan.recipe().seed(), plan.datasetSize());
    this.sampler = new ClipSampler(plan.recipe());
    this.source = new ClipSource(data, hadoop, ahead.patience());
    this.threads = new FeedThreads(ahead.threads(), source::close);
  }

  /**
   * The batch of the workers from {@code firstWorker} on in an iteration. Asking in order is fast;
   * any other order starts the work anew from there. The batch's memory is given back by {@link
   * #release}.
   */
  public ClipBatch take(long iteration, int firstWorker) throws IOException {
    Pending head = pending.peek();
    if (head == null || head.iteration.index() != iteration || head.firstWorker != firstWorker) {
      abandon();
      nextIteration = iteration;
      nextWorker = firstWorker;
    }
    fill();
    Pending batch = pending.remove();
    try {
      for (Future<?> clip : batch.tasks) {
        clip.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for clips of iteration " + iteration, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(
          "Cannot make the clips of iteration " + iteration + ": " + e.getCause(), e.getCause());
    }
    fill();
    return batch.clips();
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

  private Pending start(Iteration iteration, int firstWorker) {
    int perWorker = iteration.batchPerWorker(plan.recipe().workers());
    int clips = perWorker * group(iteration);
    int clipBytes = 3 * iteration.frames() * iteration.crop() * iteration.crop();
    int[][] labels = new int[clips][];
    ByteBuffer pixels = buffers.take(Math.multiplyExact(clips, clipBytes));
    StoredGrid grid = Grids.forCrop(plan.recipe(), iteration.crop());
    List<Future<?>> tasks = new ArrayList<>(clips);
    long first = iteration.firstClip() + (long) firstWorker * perWorker;
    for (int k = 0; k < clips; k++) {
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
                labels[clip] = clip(iteration, grid, video, draws, pixels, clip * clipBytes);
                return null;
              }));
    }
    return new Pending(iteration, firstWorker, pixels, labels, tasks);
  }

  /**
   * Makes a clip of a video or, if that is damaged, of the next one of the data set that is not:
   * the damage is in storage, so every run and every executor sees the same.
   *
   * @return its labels
   */
  private int[] clip(
      Iteration iteration, StoredGrid grid, int video, Draws draws, ByteBuffer pixels, int offset)
      throws IOException {
    long start = System.nanoTime();
    int used = video;
    Optional<Frames> read = Optional.empty();
    int[] labels = {};
    while (read.isEmpty()) {
      StoredVideo entry = data.video(Split.TRAIN, used);
      int[] wanted = sampler.trainFrames(iteration, entry, draws);
      labels = labels(entry, wanted, grid);
      read = source.read(grid, used, wanted);
      if (read.isEmpty()) {
        used = (used + 1) % data.size(Split.TRAIN);
      }
      if (read.isEmpty() && used == video) {
        throw new IOException(data.uri() + ": every training video is damaged; prepare it again");
      }
    }
    Frames frames = read.get();
    ClipWindow window =
        sampler.trainWindow(iteration, new Scaled.Size(frames.width(), frames.height()), draws);
    resamplers.get().write(frames, window, iteration.crop(), pixels, offset);
    decodeNanos.add(System.nanoTime() - start);
    return labels;
  }

  /**
   * Of a network that learns any number of labels, a clip has those that hold in the time from its
   * first to its last frame; otherwise it has its video's.
   */
  private int[] labels(StoredVideo video, int[] frames, StoredGrid grid) {
    return plan.recipe().model().loss().kind() == Model.Loss.Kind.SIGMOID
        ? LabelSets.during(video, frames[0] / grid.fps(), frames[frames.length - 1] / grid.fps())
        : LabelSets.of(video);
  }

  /** Iterations whose batches wait, whole, for the network. */
  List<Long> waiting() {
    return pending.stream()
        .filter(batch -> batch.tasks.stream().allMatch(Future::isDone))
        .map(batch -> batch.iteration.index())
        .distinct()
        .toList();
  }

  /** Seconds that threads spent on making clips since the last call. */
  public double takeDecodeSeconds() {
    return decodeNanos.sumThenReset() / 1e9;
  }

  /** Videos that turned out to be damaged since the last call. */
  public List<Note> takeNotes() {
    return source.takeNotes();
  }

  private void abandon() {
    for (Pending batch : pending) {
      for (Future<?> clip : batch.tasks) {
        clip.cancel(false);
      }
    }
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

  /** A batch in the making: its pixels and labels are complete when all tasks are done. */
  private record Pending(
      Iteration iteration,
      int firstWorker,
      ByteBuffer pixels,
      int[][] labels,
      List<Future<?>> tasks) {
    ClipBatch clips() {
      return new ClipBatch(pixels, labels.length, iteration.frames(), iteration.crop(), labels);
    }
  }
}

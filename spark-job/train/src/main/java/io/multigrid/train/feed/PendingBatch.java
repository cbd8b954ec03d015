package io.multigrid.train.feed;

import io.multigrid.models.ClipBatch;
import io.multigrid.schedules.Iteration;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/**
 * A batch in the making: its pixels and labels are complete when all tasks are done.
 *
 * @param tasks one a clip, which are begun in this order
 * @param videos names the video of a clip, for messages
 */
record PendingBatch(
    Iteration iteration,
    int firstWorker,
    ByteBuffer pixels,
    int[][] labels,
    List<Future<?>> tasks,
    IntFunction<String> videos) {
  boolean is(long index, int worker) {
    return iteration.index() == index && firstWorker == worker;
  }

  boolean done() {
    return tasks.stream().allMatch(Future::isDone);
  }

  /** Clips that are not begun are not made; one that is being made goes on. */
  void cancel() {
    tasks.forEach(task -> task.cancel(false));
  }

  /**
   * Waits for its clips.
   *
   * @param limit for each of them after the one before
   */
  ClipBatch await(Duration limit) throws IOException {
    for (int clip = 0; clip < tasks.size(); clip++) {
      await(clip, limit);
    }
    return new ClipBatch(pixels, labels.length, iteration.frames(), iteration.crop(), labels);
  }

  private void await(int clip, Duration limit) throws IOException {
    long index = iteration.index();
    try {
      tasks.get(clip).get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "iteration %s: the clip of %s has not come for %s seconds, which is the limit (half an hour more than feed.patience): its thread hangs; look at that file, at its storage and at the executor's threads (jstack), then go on with --resume"
              .formatted(index, videos.apply(clip), limit.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for clips of iteration " + index, e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException(
          "Cannot make the clips of iteration " + index + ": " + e.getCause(), e.getCause());
    }
  }
}

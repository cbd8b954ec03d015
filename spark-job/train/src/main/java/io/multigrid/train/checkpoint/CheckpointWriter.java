package io.multigrid.train.checkpoint;

import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.StoppedException;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Writes checkpoints in a thread of its own, one at a time: a second one waits for the first, so
 * that at most two copies of the state are in memory.
 */
public final class CheckpointWriter implements AutoCloseable {
  /** How long a failed one is not tried again. */
  private static final double PAUSE_SECONDS = 30;

  /** One that takes longer hangs in storage. */
  private static final Duration LIMIT = Duration.ofHours(1);

  private final Duration limit;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread writer = new Thread(task, "checkpoint-writer");
            writer.setDaemon(true);
            return writer;
          });
  private final Consumer<String> warn;
  private CompletableFuture<Void> current = CompletableFuture.completedFuture(null);
  private long writing;
  private volatile OptionalLong lastGood;
  private volatile long failedAt;
  private volatile boolean failed;
  private boolean hangs;
  private volatile long warnedOf = -1;

  /**
   * @param lastGood iterations of the newest checkpoint that is whole
   * @param warn told of checkpoints that could not be written
   * @param patience that their storage is met with
   */
  public CheckpointWriter(OptionalLong lastGood, Consumer<String> warn, Patience patience) {
    this(lastGood, warn, LIMIT.plus(patience.time()));
  }

  /**
   * @param limit that a checkpoint is waited for
   */
  CheckpointWriter(OptionalLong lastGood, Consumer<String> warn, Duration limit) {
    this.limit = limit;
    this.lastGood = lastGood;
    this.warn = warn;
  }

  /** Iterations of the newest checkpoint that is whole. */
  public OptionalLong lastGood() {
    return lastGood;
  }

  /** Whether the last one failed long enough ago to be tried again. */
  public boolean wantsAnother() {
    return failed && System.nanoTime() - failedAt > PAUSE_SECONDS * 1e9;
  }

  /**
   * Waits for the checkpoint before, and starts another.
   *
   * @param prune what goes when it is there
   */
  public void submit(long iteration, Patience.Action write, Patience.Action prune) {
    settle();
    writing = iteration;
    current =
        CompletableFuture.runAsync(
            () -> {
              try {
                write.run();
                lastGood = OptionalLong.of(iteration);
                failed = false;
                prune(prune);
              } catch (IOException e) {
                failed = true;
                failedAt = System.nanoTime();
                if (warnedOf == iteration) {
                  return; // of the same checkpoint, with other statistics
                }
                warnedOf = iteration;
                warn.accept(
                    "the checkpoint of iteration %s could not be written (%s); training goes on, the last good one is %s"
                        .formatted(
                            iteration,
                            told(e),
                            lastGood.isPresent()
                                ? "that of iteration " + lastGood.getAsLong()
                                : "none"));
              }
            },
            thread);
  }

  private static String told(IOException e) {
    return e instanceof StorageException storage
        ? storage.again("go on with --resume").getMessage()
        : e.getMessage();
  }

  private void prune(Patience.Action prune) {
    try {
      prune.run();
    } catch (IOException e) {
      warn.accept(
          "older checkpoints stay until the next one is written (%s)".formatted(e.getMessage()));
    }
  }

  /**
   * Waits for the checkpoint that is being written.
   *
   * @return whether it is there
   * @throws StoppedException if it hangs
   */
  public boolean settle() {
    try {
      current.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return !failed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (TimeoutException e) {
      hangs = true;
      // What closes the run may hang in the same storage, before the exception is told.
      warn.accept("the checkpoint of iteration " + writing + " hangs in storage; training stops");
      throw new StoppedException(
          "the checkpoint of iteration %s has been under way for more than %s seconds: storage neither takes it nor says why; training stops here%s; look at the storage of --out, then go on with --resume"
              .formatted(
                  writing,
                  limit.toSeconds(),
                  lastGood.isPresent()
                      ? ", the last good one is that of iteration " + lastGood.getAsLong()
                      : ""));
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot write a checkpoint", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    if (hangs) {
      thread.shutdownNow();
      return;
    }
    try {
      if (!thread.awaitTermination(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}

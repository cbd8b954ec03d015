package io.multigrid.shard.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSError;

/**
 * Asks storage again for a while, where its failure may pass. Damage, files that are not there and
 * refusals are not waited for.
 *
 * @param seconds that storage may stay away
 */
public record Patience(double seconds) implements Serializable {
  /** Asks once. */
  public static final Patience NONE = new Patience(0);

  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  /** Something that is asked of storage. */
  public interface Attempt<T> {
    T run() throws IOException;
  }

  /** Something that is done to storage. */
  public interface Action {
    void run() throws IOException;
  }

  public static Patience lasting(Duration time) {
    return new Patience(time.toNanos() / 1e9);
  }

  /** The same as a length of time. */
  public Duration time() {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  public <T> T of(Attempt<T> attempt) throws IOException {
    return of(attempt, failure -> {});
  }

  /** Does it, again if need be. */
  public void run(Action action) throws IOException {
    of(
        () -> {
          action.run();
          return null;
        });
  }

  /**
   * @param failed told of every failure after which it is tried again; what it throws ends that
   */
  public <T> T of(Attempt<T> attempt, Consumer<IOException> failed) throws IOException {
    long deadline = System.nanoTime() + time().toNanos();
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      IOException failure;
      try {
        return attempt.run();
      } catch (FSError e) {
        failure = new IOException(e.getMessage(), e);
      } catch (IOException e) {
        failure = e;
      }
      if (!Failure.of(failure).mayPass() || System.nanoTime() >= deadline) {
        throw failure;
      }
      failed.accept(failure);
      pause(pause);
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException ended = new InterruptedIOException("while storage did not answer");
      ended.initCause(e);
      throw ended;
    }
  }
}

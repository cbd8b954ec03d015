package io.multigrid.train.feed;

import io.multigrid.shard.ShardException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;

/**
 * Asks storage that does not answer again for a while. Damage, and files that are not there, are
 * not waited for.
 *
 * @param seconds that storage may stay away
 */
public record Patience(double seconds) implements Serializable {
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 5000;

  /** Something that is asked of storage. */
  public interface Attempt<T> {
    T run() throws IOException;
  }

  public <T> T of(Attempt<T> attempt) throws IOException {
    return of(attempt, () -> {});
  }

  /**
   * @param afterFailure before it is tried again
   */
  <T> T of(Attempt<T> attempt, Runnable afterFailure) throws IOException {
    long deadline = System.nanoTime() + (long) (seconds * 1e9);
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        return attempt.run();
      } catch (ShardException | FileNotFoundException e) {
        throw e;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        afterFailure.run();
        pause(pause);
      }
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while storage did not answer", e);
    }
  }
}

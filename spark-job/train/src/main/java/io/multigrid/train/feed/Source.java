package io.multigrid.train.feed;

import io.multigrid.engine.Note;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.ShardException;
import io.multigrid.shard.Split;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Frames of training videos. What is damaged is noted, once a video; storage that does not answer
 * is asked again.
 */
final class Source implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 5000;

  private final Dataset data;
  private final Readers readers;
  private final double patience;
  private final Set<Integer> damaged = new HashSet<>();
  private final List<Note> notes = new ArrayList<>();

  /**
   * @param patience seconds that storage may stay away
   */
  Source(Dataset data, Configuration hadoop, double patience) {
    this.data = data;
    this.readers = new Readers(data, hadoop);
    this.patience = patience;
  }

  /** Empty if the video is damaged. */
  Optional<Frames> read(StoredGrid grid, int video, int[] wanted) throws IOException {
    long deadline = System.nanoTime() + (long) (patience * 1e9);
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        return Optional.of(readers.get(grid).read(Split.TRAIN, video, wanted));
      } catch (ShardException e) {
        note(video, e.getMessage());
        return Optional.empty();
      } catch (FileNotFoundException e) {
        throw e;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        readers.drop(grid);
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

  private synchronized void note(int video, String damage) {
    if (damaged.add(video)) {
      notes.add(new Note(data.video(Split.TRAIN, video).path(), damage));
    }
  }

  /** Damage since the last call. */
  synchronized List<Note> takeNotes() {
    List<Note> taken = List.copyOf(notes);
    notes.clear();
    return taken;
  }

  @Override
  public void close() {
    readers.close();
  }
}

package io.multigrid.train.feed;

import io.multigrid.engine.Note;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.ShardException;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Patience;
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
final class ClipSource implements AutoCloseable {
  private final Dataset data;
  private final Readers readers;
  private final Patience patience;
  private final Set<Integer> damaged = new HashSet<>();
  private final List<Note> notes = new ArrayList<>();

  ClipSource(Dataset data, Configuration hadoop, Patience patience) {
    this.data = data;
    this.readers = new Readers(data, hadoop);
    this.patience = patience;
  }

  /** Empty if the video is damaged. */
  Optional<Frames> read(StoredGrid grid, int video, int[] wanted) throws IOException {
    try {
      return Optional.of(
          patience.of(
              () -> readers.get(grid).read(Split.TRAIN, video, wanted),
              failure -> readers.drop(grid)));
    } catch (IOException | ShardException e) {
      if (Failure.of(e) != Failure.DAMAGED) {
        throw e;
      }
      note(video, e.getMessage());
      return Optional.empty();
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

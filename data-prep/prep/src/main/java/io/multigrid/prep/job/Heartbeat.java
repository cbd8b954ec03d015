package io.multigrid.prep.job;

import io.multigrid.shard.storage.Pulse;
import io.multigrid.shard.storage.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Says that a preparation is alive: a file below the data set that it writes again and again, until
 * it ends. Others do not tidy up while one lives. All times are modification times, which the
 * storage gives, and are compared with each other only: machines' clocks may differ.
 */
final class Heartbeat implements AutoCloseable {
  static final String FOLDER = "running";
  private static final String WORDS = "A preparation that runs writes this file again and again.\n";
  private static final Duration EVERY = Duration.ofSeconds(30);

  /** Long enough for a name node that is started anew. */
  private static final Duration SILENCE = Duration.ofMinutes(30);

  private final FileSystem files;
  private final Path file;
  private final Pulse pulse;

  /** Begins to beat. */
  Heartbeat(FileSystem files, Path dataset) throws IOException {
    this.files = files;
    this.file = new Path(new Path(dataset, FOLDER), UUID.randomUUID().toString());
    beat();
    // What a run misses in the end is noticed before it commits.
    pulse = Pulse.every(EVERY, "prep-heartbeat", this::beat);
  }

  /** The pulse and a preparation that is about to commit may want to at once. */
  private synchronized void beat() throws IOException {
    Storage.write(files, file, WORDS);
  }

  /** The storage's time, milliseconds. */
  long now() throws IOException {
    beat();
    return Storage.status(files, file).getModificationTime();
  }

  /**
   * Whether no other preparation of this data set is alive. Files of those that died without a word
   * are deleted.
   *
   * @param now of {@link #now()}
   */
  boolean alone(long now) throws IOException {
    boolean alone = true;
    for (FileStatus other : others()) {
      if (now - other.getModificationTime() < SILENCE.toMillis()) {
        alone = false;
      } else {
        Storage.delete(files, other.getPath());
      }
    }
    return alone;
  }

  private List<FileStatus> others() throws IOException {
    return Storage.list(files, file.getParent()).stream()
        .filter(one -> !one.getPath().getName().contains(file.getName()))
        .toList();
  }

  @Override
  public void close() {
    pulse.close();
    try {
      Storage.delete(files, file);
    } catch (IOException e) {
      // It is silent from now on, which says the same later.
    }
  }
}

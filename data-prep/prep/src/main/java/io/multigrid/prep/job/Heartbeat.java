package io.multigrid.prep.job;

import io.multigrid.shard.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
  private final ScheduledExecutorService clock;

  /** Begins to beat. */
  Heartbeat(FileSystem files, Path dataset) throws IOException {
    this.files = files;
    this.file = new Path(new Path(dataset, FOLDER), UUID.randomUUID().toString());
    beat();
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "prep-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(
        this::tryToBeat, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void beat() throws IOException {
    Storage.write(files, file, WORDS.getBytes(StandardCharsets.UTF_8));
  }

  private void tryToBeat() {
    try {
      beat();
    } catch (IOException | RuntimeException e) {
      // The next beat may succeed, if nothing is thrown here; what a run misses in the end is
      // noticed before it commits.
    }
  }

  /** The storage's time, milliseconds. */
  long now() throws IOException {
    beat();
    return files.getFileStatus(file).getModificationTime();
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
        files.delete(other.getPath(), false);
      }
    }
    return alone;
  }

  private List<FileStatus> others() throws IOException {
    List<FileStatus> others = new ArrayList<>();
    try {
      for (FileStatus one : files.listStatus(file.getParent())) {
        if (!one.getPath().getName().contains(file.getName())) {
          others.add(one);
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return others;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    synchronized (this) {
      try {
        files.delete(file, false);
      } catch (IOException e) {
        // It is silent from now on, which says the same later.
      }
    }
  }
}

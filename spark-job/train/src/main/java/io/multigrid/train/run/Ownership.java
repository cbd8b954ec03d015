package io.multigrid.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Pulse;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.StoppedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The right to train into a folder, which one training has at a time: {@code owner.json}, created
 * by one and written anew as a sign of life until its end. What an owner left that is gone is taken
 * over.
 *
 * <p>Clocks are not compared: an owner elsewhere is watched for as long as it takes to miss several
 * signs of life.
 */
final class Ownership implements AutoCloseable {
  static final String FILE = "owner.json";
  private static final int TRIES = 10;
  private static final long PAUSE_MILLIS = 50;

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private final FileSystem files;
  private final Path file;
  private final Pulse pulse;
  private Owner owner;
  private volatile Owner successor;

  /**
   * How often an owner says that it lives, and how long another one that is elsewhere may be silent
   * before it is taken to be gone.
   */
  record Rhythm(Duration beat, Duration silence) {
    static final Rhythm USUAL = new Rhythm(Duration.ofSeconds(10), Duration.ofSeconds(60));
  }

  private Ownership(FileSystem files, Path file, Owner owner, Duration beat) {
    this.files = files;
    this.file = file;
    this.owner = owner;
    this.pulse = Pulse.every(beat, "owner-heartbeat", this::beat);
  }

  /**
   * Takes a folder.
   *
   * @param say told of an owner that is gone, and of the time that it takes to see that
   * @throws ConfigurationException if it has an owner
   */
  static Ownership take(FileSystem files, Path folder, Rhythm rhythm, Consumer<String> say)
      throws IOException {
    Path file = new Path(folder, FILE);
    Owner mine = Owner.here();
    for (int tries = 1; !mark(files, file, mine); tries++) {
      if (tries > TRIES) {
        throw new IOException(file + ": comes and goes; who trains there?");
      }
      Optional<Owner> other = read(files, file);
      if (other.isEmpty()) {
        pause(PAUSE_MILLIS); // it has ended just now, or sweeps the folder
        continue;
      }
      if (lives(files, file, other.get(), rhythm, say)) {
        throw new ConfigurationException(
            List.of(
                new Problem(
                    folder.toString(),
                    "--out",
                    "",
                    "belongs to a training that runs: " + other.get().text(),
                    "wait for its end, stop it, or give another folder")));
      }
      say.accept(
          "%s belonged to a training that is gone: %s".formatted(folder, other.get().text()));
      if (read(files, file).filter(other.get()::same).isPresent()) {
        Storage.delete(files, file);
      }
    }
    return new Ownership(files, file, mine, rhythm.beat());
  }

  /**
   * Whether the name was free. Who has just taken a folder sweeps away what others are writing
   * there.
   */
  private static boolean mark(FileSystem files, Path file, Owner mine) throws IOException {
    try {
      return Storage.writeNew(files, file, JSON.writeValueAsBytes(mine));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      return false;
    }
  }

  private static Optional<Owner> read(FileSystem files, Path file) throws IOException {
    try {
      return Optional.of(JSON.readValue(Storage.read(files, file), Owner.class));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new IOException(file + ": does not say who trains there; delete it if nobody does", e);
    }
  }

  private static boolean lives(
      FileSystem files, Path file, Owner other, Rhythm rhythm, Consumer<String> say)
      throws IOException {
    Optional<Boolean> seen = other.runs();
    if (seen.isPresent()) {
      return seen.get();
    }
    say.accept(
        "%s belongs to %s; waiting up to %s seconds for a sign of life of it"
            .formatted(file.getParent(), other.text(), rhythm.silence().toSeconds()));
    long end = System.nanoTime() + rhythm.silence().toNanos();
    while (System.nanoTime() < end) {
      pause(Math.max(1, rhythm.beat().toMillis() / 4));
      Optional<Owner> now = read(files, file);
      if (now.isPresent() && !now.get().equals(other)) {
        return true;
      }
    }
    return false;
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for another training", e);
    }
  }

  private void beat() throws IOException {
    Optional<Owner> now = read(files, file);
    if (now.isPresent() && !now.get().same(owner)) {
      successor = now.get();
    }
    if (successor == null) {
      owner = owner.beat();
      Storage.write(files, file, JSON.writeValueAsBytes(owner));
    }
  }

  /**
   * @throws StoppedException if another training has taken the folder over, as this one was silent
   *     for too long
   */
  void check() {
    Owner other = successor;
    if (other != null) {
      throw new StoppedException(
          "%s has been taken over by %s, as this training gave no sign of life; it stops here"
              .formatted(file.getParent(), other.text()));
    }
  }

  /** Gives the folder up. */
  @Override
  public void close() {
    pulse.close();
    try {
      if (read(files, file).filter(now -> now.same(owner)).isPresent()) {
        Storage.delete(files, file);
      }
    } catch (IOException e) {
      // It stays, and is taken over by the next training, as this process ends.
    }
  }
}

package io.multigrid.train.run;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.OutputFolder;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.FinishedModel;
import io.multigrid.train.checkpoint.ModelCard;
import io.multigrid.train.metrics.Continuation;
import io.multigrid.train.metrics.EventFile;
import io.multigrid.train.metrics.GrowingFile;
import io.multigrid.train.metrics.Metrics;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run: {@code metrics.jsonl}, {@code tensorboard}, {@code checkpoints}, {@code
 * settings.conf} with the effective settings, and the model. Storage that does not answer is asked
 * again.
 */
record RunFolder(
    FileSystem files, Path path, Checkpoints checkpoints, Ownership ownership, Patience patience)
    implements AutoCloseable {
  private static final String METRICS = "metrics.jsonl";
  private static final String REPORT = "report.html";

  /**
   * Takes a folder, until it is closed.
   *
   * @param keep checkpoints that stay, beside the best
   * @param patience with storage that does not answer
   * @param say told of an earlier owner that is gone
   * @throws io.multigrid.config.ConfigurationException if another training owns it
   */
  static RunFolder take(
      String uri, Configuration hadoop, int keep, Patience patience, Consumer<String> say)
      throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    OutputFolder.check(files, path, "--out");
    Ownership ownership = Ownership.take(files, path, Ownership.Rhythm.USUAL, say);
    Checkpoints checkpoints = new Checkpoints(files, path, keep, patience);
    return new RunFolder(files, path, checkpoints, ownership, patience);
  }

  /** Whether a run did all its iterations here: its model is written after them. */
  boolean finished() throws IOException {
    return patience.of(() -> model().exists());
  }

  /**
   * Opens {@code metrics.jsonl} and another file of events.
   *
   * @param from what is kept of them; empty to start anew
   */
  Metrics metrics(Optional<Continuation> from) throws IOException {
    EventFile events = patience.of(() -> EventFile.create(files, path));
    try {
      return patience.of(
          () -> {
            GrowingFile lines = new GrowingFile(files, new Path(path, METRICS));
            return from.isPresent()
                ? Metrics.resume(lines, events, from.get())
                : Metrics.create(lines, events);
          });
    } catch (IOException | RuntimeException e) {
      events.close();
      throw e;
    }
  }

  /** What a process left that was ended while it wrote. */
  void sweep() throws IOException {
    patience.run(() -> Storage.sweep(files, path));
  }

  void writeSettings(String hocon) throws IOException {
    patience.run(() -> Storage.write(files, new Path(path, "settings.conf"), hocon));
  }

  private FinishedModel model() {
    return new FinishedModel(files, path);
  }

  /**
   * @param failed told of every failure after which it is tried again; it throws to end that
   */
  void writeModel(ModelCard card, SafeTensors values, Consumer<IOException> failed)
      throws IOException {
    patience.of(
        () -> {
          model().write(card, values);
          return null;
        },
        failed);
  }

  /** Forgets an earlier run. */
  void clear() throws IOException {
    patience.run(this::delete);
  }

  private void delete() throws IOException {
    model().delete();
    checkpoints.clear();
    Storage.delete(files, new Path(path, EventFile.FOLDER));
    Storage.delete(files, new Path(path, METRICS));
    Storage.delete(files, new Path(path, REPORT));
  }

  @Override
  public void close() {
    ownership.close();
  }
}

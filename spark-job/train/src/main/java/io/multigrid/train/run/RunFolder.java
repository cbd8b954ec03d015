package io.multigrid.train.run;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.ModelCard;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.metrics.EventFile;
import io.multigrid.train.metrics.GrowingFile;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run: {@code metrics.jsonl}, {@code tensorboard}, {@code checkpoints}, {@code
 * settings.conf} with the effective settings, and the model.
 */
record RunFolder(FileSystem files, Path path, Checkpoints checkpoints, Ownership ownership)
    implements AutoCloseable {
  private static final String METRICS = "metrics.jsonl";
  private static final String REPORT = "report.html";

  /**
   * Takes a folder, until it is closed.
   *
   * @param keep checkpoints that stay, beside the best
   * @param patience with storage that does not answer when checkpoints are looked at
   * @param say told of an earlier owner that is gone
   * @throws io.multigrid.config.ConfigurationException if another training owns it
   */
  static RunFolder take(
      String uri, Configuration hadoop, int keep, Patience patience, Consumer<String> say)
      throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    Ownership ownership = Ownership.take(files, path, Ownership.Rhythm.USUAL, say);
    return new RunFolder(files, path, new Checkpoints(files, path, keep, patience), ownership);
  }

  /** Whether a run did all its iterations here: its model is written after them. */
  boolean finished() throws IOException {
    return Storage.exists(files, new Path(path, ModelFile.NAME));
  }

  GrowingFile metrics() {
    return new GrowingFile(files, new Path(path, METRICS));
  }

  EventFile events() throws IOException {
    return EventFile.create(files, path);
  }

  /** What a process left that was ended while it wrote. */
  void sweep() throws IOException {
    Storage.sweep(files, path);
  }

  void writeSettings(String hocon) throws IOException {
    Storage.write(files, new Path(path, "settings.conf"), hocon);
  }

  void writeModel(ModelCard card, SafeTensors model) throws IOException {
    Storage.write(files, new Path(path, ModelCard.NAME), card.json());
    Storage.write(files, new Path(path, ModelFile.NAME), model::write);
  }

  /** Forgets an earlier run. */
  void clear() throws IOException {
    Storage.delete(files, new Path(path, ModelFile.NAME));
    Storage.delete(files, new Path(path, ModelCard.NAME));
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

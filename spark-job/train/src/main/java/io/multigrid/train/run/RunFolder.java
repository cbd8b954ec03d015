package io.multigrid.train.run;

import io.multigrid.models.SafeTensors;
import io.multigrid.train.Files;
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
   * @param say told of an earlier owner that is gone
   * @throws io.multigrid.config.ConfigurationException if another training owns it
   */
  static RunFolder take(String uri, Configuration hadoop, int keep, Consumer<String> say)
      throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    Ownership ownership = Ownership.take(files, path, Ownership.Rhythm.USUAL, say);
    return new RunFolder(files, path, new Checkpoints(files, path, keep), ownership);
  }

  /** Whether a run came to its end here: its model is written last. */
  boolean finished() throws IOException {
    return files.exists(new Path(path, ModelFile.NAME));
  }

  GrowingFile metrics() {
    return new GrowingFile(files, new Path(path, METRICS));
  }

  EventFile events() throws IOException {
    return EventFile.create(files, path);
  }

  void writeSettings(String hocon) throws IOException {
    Files.write(files, new Path(path, "settings.conf"), hocon);
  }

  void writeModel(ModelCard card, SafeTensors model) throws IOException {
    Files.write(files, new Path(path, ModelCard.NAME), card.json());
    Files.write(files, new Path(path, ModelFile.NAME), model::write);
  }

  /** Forgets an earlier run. */
  void clear() throws IOException {
    files.delete(new Path(path, ModelFile.NAME), false);
    files.delete(new Path(path, ModelCard.NAME), false);
    checkpoints.clear();
    files.delete(new Path(path, EventFile.FOLDER), true);
    files.delete(new Path(path, METRICS), false);
    files.delete(new Path(path, REPORT), false);
  }

  @Override
  public void close() {
    ownership.close();
  }
}

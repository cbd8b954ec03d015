package io.multigrid.train.run;

import io.multigrid.models.SafeTensors;
import io.multigrid.train.Files;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.ModelCard;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.metrics.EventFile;
import io.multigrid.train.metrics.GrowingFile;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a run: {@code metrics.jsonl}, {@code tensorboard}, {@code checkpoints}, {@code
 * settings.conf} with the effective settings, and the model.
 */
record RunFolder(FileSystem files, Path path, Checkpoints checkpoints) {
  /**
   * @param keep checkpoints that stay, beside the best
   */
  static RunFolder of(String uri, Configuration hadoop, int keep) throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    return new RunFolder(files, path, new Checkpoints(files, path, keep));
  }

  GrowingFile metrics() {
    return new GrowingFile(files, new Path(path, "metrics.jsonl"));
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
    checkpoints.clear();
    files.delete(new Path(path, EventFile.FOLDER), true);
  }
}

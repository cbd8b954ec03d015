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
   * @param patience with storage that does not answer when checkpoints are looked at
   */
  static RunFolder of(String uri, Configuration hadoop, int keep, Patience patience)
      throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    return new RunFolder(files, path, new Checkpoints(files, path, keep, patience));
  }

  GrowingFile metrics() {
    return new GrowingFile(files, new Path(path, "metrics.jsonl"));
  }

  EventFile events() throws IOException {
    return EventFile.create(files, path);
  }

  /** What a process left that was ended while it wrote: nobody else writes here. */
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
    checkpoints.clear();
    Storage.delete(files, new Path(path, EventFile.FOLDER));
  }
}

package io.multigrid.train.run;

import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.ModelFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** What train left somewhere. */
public final class RunDescription {
  private RunDescription() {}

  /**
   * Says what a run's folder, a checkpoint or a model holds, after reading every byte of it.
   *
   * @return empty if it is none of them
   * @throws IOException if it is a checkpoint, and damaged
   */
  public static Optional<String> describe(Configuration hadoop, String uri) throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    if (Checkpoints.isCheckpoint(files, path)) {
      return Optional.of(Checkpoints.describe(files, path));
    }
    List<String> lines = new ArrayList<>();
    if (path.getName().endsWith(".safetensors")
        || Storage.exists(files, new Path(path, ModelFile.NAME))) {
      lines.add(ModelFile.read(hadoop, uri).describe());
    }
    lines.addAll(new Checkpoints(files, path, 1, Patience.NONE).describe());
    return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
  }
}

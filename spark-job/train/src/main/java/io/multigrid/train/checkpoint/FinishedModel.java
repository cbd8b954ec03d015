package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The model of a run, as it lies in its folder: {@code model.json}, {@code model.safetensors} and,
 * last, {@code SHA256SUMS} of the two, as {@code sha256sum -c} reads it.
 */
public record FinishedModel(FileSystem files, Path folder) {
  /** Whether there is one: it is written after the last iteration. */
  public boolean exists() throws StorageException {
    return Storage.exists(files, new Path(folder, ModelFile.NAME));
  }

  /** Replaces it. Where it cannot be written, no description stays behind without a model. */
  public void write(ModelCard card, SafeTensors model) throws IOException {
    String described = card.json();
    Sums.forget(files, folder);
    Sums sums = new Sums(files, folder);
    try {
      sums.replace(ModelCard.NAME, out -> out.write(described.getBytes(StandardCharsets.UTF_8)));
      sums.replace(ModelFile.NAME, model::write);
    } catch (IOException e) {
      abandon(e);
      throw e;
    }
    sums.publish();
  }

  private void abandon(IOException why) {
    try {
      if (!exists()) {
        Storage.delete(files, new Path(folder, ModelCard.NAME));
      }
    } catch (IOException e) {
      why.addSuppressed(e); // the first failure is told
    }
  }

  public void delete() throws StorageException {
    Sums.forget(files, folder);
    Storage.delete(files, new Path(folder, ModelFile.NAME));
    Storage.delete(files, new Path(folder, ModelCard.NAME));
  }
}

package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.models.SafeTensors;
import io.multigrid.shard.JsonFault;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** One checkpoint; {@link Checkpoints} says which files it has. */
record CheckpointFolder(FileSystem files, Path path) {
  private static final String SCORE_FILE = "evaluation.json";

  /** Later programs may say more in these files. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Whether it is a checkpoint, and not a run or a data set. */
  boolean exists() throws IOException {
    return Storage.exists(files, new Path(path, CheckpointFile.NAME));
  }

  void write(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer) throws IOException {
    Sums sums = new Sums(files, path);
    sums.write(ModelFile.NAME, model::write);
    sums.write(OptimizerFile.NAME, optimizer::write);
    sums.write(CheckpointFile.NAME, out -> out.write(CheckpointFile.bytes(checkpoint)));
    sums.finish();
  }

  /**
   * @throws StorageException that is {@link Failure#DAMAGED} if it is not whole
   * @throws DataException if it is whole, but not of this program or network
   */
  Checkpoints.Restored read(Layout layout) throws IOException {
    Sums sums = Sums.read(files, path);
    Checkpoint checkpoint = CheckpointFile.read(path, sums.bytes(CheckpointFile.NAME));
    TrainingState state =
        OptimizerFile.state(
            path.toString(),
            sums.tensors(ModelFile.NAME),
            sums.tensors(OptimizerFile.NAME),
            layout,
            checkpoint.subject().workers());
    return new Checkpoints.Restored(path, checkpoint, state, knownScore());
  }

  void score(Score score) throws IOException {
    Storage.write(
        files,
        new Path(path, SCORE_FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(score));
  }

  /**
   * Empty if it was not evaluated.
   *
   * @throws StorageException that is {@link Failure#DAMAGED} if nobody can say any more
   */
  Optional<Score> score() throws IOException {
    Path file = new Path(path, SCORE_FILE);
    try {
      return Optional.of(JSON.readValue(Storage.read(files, file), Score.class));
    } catch (JsonProcessingException e) {
      throw StorageException.damaged(file + ": not a score: " + JsonFault.text(e));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** As {@link #score}; empty if it is damaged, too. */
  Optional<Score> knownScore() throws IOException {
    try {
      return score();
    } catch (StorageException e) {
      if (e.failure() != Failure.DAMAGED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /**
   * Reads every byte.
   *
   * @throws StorageException that is {@link Failure#DAMAGED} if it is not whole
   */
  CheckpointSummary summary() throws IOException {
    Sums sums = Sums.read(files, path);
    Checkpoint checkpoint = CheckpointFile.read(path, sums.bytes(CheckpointFile.NAME));
    long numbers = 0;
    for (String file : List.of(ModelFile.NAME, OptimizerFile.NAME)) {
      numbers +=
          sums.tensors(file).tensors().values().stream().mapToLong(t -> t.values().length).sum();
    }
    return new CheckpointSummary(path.toString(), checkpoint, numbers, knownScore(), false, "");
  }
}

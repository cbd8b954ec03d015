package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.models.SafeTensors;
import io.multigrid.train.Files;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** One checkpoint; {@link Checkpoints} says which files it has. */
record CheckpointFolder(FileSystem files, Path path) {
  private static final String JSON_FILE = "checkpoint.json";
  private static final String SCORE_FILE = "evaluation.json";

  /** Later programs may say more in these files. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  /** Whether it is a checkpoint, and not a run or a data set. */
  boolean exists() throws IOException {
    return files.exists(new Path(path, JSON_FILE));
  }

  void write(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer) throws IOException {
    Sums sums = new Sums(files, path);
    sums.write(ModelFile.NAME, model::write);
    sums.write(OptimizerFile.NAME, optimizer::write);
    sums.write(
        JSON_FILE,
        out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(checkpoint)));
    sums.finish();
  }

  /**
   * @throws IOException if it is not whole
   */
  Checkpoints.Restored read(Layout layout) throws IOException {
    Sums sums = Sums.read(files, path);
    Checkpoint checkpoint = checkpoint(sums);
    TrainingState state =
        OptimizerFile.state(
            path.toString(),
            sums.tensors(ModelFile.NAME),
            sums.tensors(OptimizerFile.NAME),
            layout,
            checkpoint.workers());
    return new Checkpoints.Restored(path, checkpoint, state, score());
  }

  private Checkpoint checkpoint(Sums sums) throws IOException {
    Checkpoint checkpoint = JSON.readValue(sums.bytes(JSON_FILE), Checkpoint.class);
    if (!Checkpoint.FORMAT.equals(checkpoint.format())
        || checkpoint.version() != Checkpoint.VERSION) {
      throw new IOException(
          "%s: format %s version %d; this program reads %s version %d"
              .formatted(
                  path,
                  checkpoint.format(),
                  checkpoint.version(),
                  Checkpoint.FORMAT,
                  Checkpoint.VERSION));
    }
    return checkpoint;
  }

  void score(Score score) throws IOException {
    Files.write(
        files,
        new Path(path, SCORE_FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(score));
  }

  /** Empty if it was not evaluated. */
  Optional<Score> score() {
    try (InputStream in = files.open(new Path(path, SCORE_FILE))) {
      return Optional.of(JSON.readValue(in, Score.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads every byte.
   *
   * @throws IOException if it is not whole
   */
  CheckpointSummary summary() throws IOException {
    Sums sums = Sums.read(files, path);
    Checkpoint checkpoint = checkpoint(sums);
    long numbers = 0;
    for (String file : List.of(ModelFile.NAME, OptimizerFile.NAME)) {
      numbers +=
          sums.tensors(file).tensors().values().stream().mapToLong(t -> t.values().length).sum();
    }
    return new CheckpointSummary(path.toString(), checkpoint, numbers, score(), false, "");
  }
}

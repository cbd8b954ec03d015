package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
import io.multigrid.train.evaluate.Evaluation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The checkpoints of a run, one folder each below {@code checkpoints}. A folder is written under a
 * hidden name and appears by being renamed. It holds {@code checkpoint.json}, {@code
 * model.safetensors} (which {@code evaluate --model} takes), {@code optimizer.safetensors}
 * (momentum, and running statistics as workers x channels), and {@code SHA256SUMS} of the three, as
 * {@code sha256sum -c} reads it. {@code evaluation.json} joins them when the checkpoint was
 * evaluated: it is the score of that very {@code model.safetensors}, which has the statistics that
 * were evaluated.
 */
public final class Checkpoints {
  static final String FOLDER = "checkpoints";

  private final CheckpointList list;
  private final Placement placement;
  private final int keep;

  /** A checkpoint that was read and is whole. */
  public record Restored(
      Path path, Checkpoint checkpoint, TrainingState state, Optional<Score> score) {}

  /**
   * @param keep how many of the newest stay, beside the best
   * @param patience with storage that does not answer when checkpoints are looked at
   */
  public Checkpoints(FileSystem files, Path run, int keep, Patience patience) {
    this.list = new CheckpointList(files, new Path(run, FOLDER), patience);
    this.placement = new Placement(list);
    this.keep = keep;
  }

  /** Where the checkpoint after so many iterations is. */
  public Path path(long iteration) {
    return list.path(iteration);
  }

  /** Iterations of the newest checkpoint, whole or not. */
  public OptionalLong newest() throws IOException {
    return iterations().stream().mapToLong(Long::longValue).findFirst();
  }

  /** Newest first. */
  List<Long> iterations() throws IOException {
    return list.iterations();
  }

  /**
   * Writes a checkpoint: it is there, whole, or there is none and nothing is left of it.
   *
   * @param model weights of the state with the statistics that they are evaluated with
   */
  public void write(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    placement.write(checkpoint, model, optimizer);
  }

  /** Puts back what stepped aside for something that did not come, and deletes what is half. */
  public void recover() throws IOException {
    list.patience().run(placement::tidy);
  }

  /**
   * Goes on from a checkpoint under another plan: writes it as one of that plan, and sets all
   * others aside, whose numbers mean other iterations.
   *
   * @param renumbered with another number than the checkpoint that it goes on from
   * @return where the others are
   */
  public Path renumber(Checkpoint renumbered, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    return placement.renumber(renumbered, model, optimizer);
  }

  /** Adds to a checkpoint how good it is. */
  public void evaluated(long iteration, Evaluation evaluation) throws IOException {
    list.at(iteration).score(Score.of(evaluation));
  }

  /**
   * Removes those that are no longer needed. The best stays, and so does one that may be it.
   *
   * @throws StorageException if storage does not say which they are: nothing is removed then
   */
  public void prune() throws IOException {
    new Retention(list).prune(keep);
  }

  /**
   * The newest checkpoint that is whole.
   *
   * @param warn told of every newer one that is damaged
   * @throws DataException if there are checkpoints but none of them is whole
   * @throws StorageException if storage does not say whether one is
   */
  public Optional<Restored> restore(Layout layout, Consumer<String> warn) throws IOException {
    return new CheckpointReader(list).restore(layout, warn);
  }

  /** Of every checkpoint, newest first. */
  public List<CheckpointSummary> summaries() throws IOException {
    return new CheckpointReader(list).summaries();
  }

  /**
   * Of a folder that is a checkpoint.
   *
   * @return empty if it is none
   * @throws IOException if it is not whole
   */
  public static Optional<CheckpointSummary> summary(FileSystem files, Path path)
      throws IOException {
    CheckpointFolder checkpoint = new CheckpointFolder(files, path);
    return checkpoint.exists() ? Optional.of(checkpoint.summary()) : Optional.empty();
  }

  /** Forgets an earlier run. */
  public void clear() throws IOException {
    Storage.delete(list.files(), list.folder());
  }
}

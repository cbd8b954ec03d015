package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
import io.multigrid.train.evaluate.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
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
  private static final Pattern NAME = Pattern.compile("iteration-(\\d{9,})");
  private static final Pattern ASIDE = Pattern.compile("\\.(iteration-\\d{9,})\\.replaced");

  private final FileSystem files;
  private final Path folder;
  private final int keep;
  private final Patience patience;

  /** A checkpoint that was read and is whole. */
  public record Restored(
      Path path, Checkpoint checkpoint, TrainingState state, Optional<Score> score) {}

  /**
   * @param keep how many of the newest stay, beside the best
   * @param patience with storage that does not answer when checkpoints are looked at
   */
  public Checkpoints(FileSystem files, Path run, int keep, Patience patience) {
    this.files = files;
    this.folder = new Path(run, FOLDER);
    this.keep = keep;
    this.patience = patience;
  }

  /** Where the checkpoint after so many iterations is. */
  public Path path(long iteration) {
    return new Path(folder, String.format(Locale.ROOT, "iteration-%09d", iteration));
  }

  /** Iterations of the newest checkpoint, whole or not. */
  public OptionalLong newest() throws IOException {
    return iterations().stream().mapToLong(Long::longValue).findFirst();
  }

  /** Newest first. */
  List<Long> iterations() throws IOException {
    List<Long> found = new ArrayList<>();
    for (Path path : list()) {
      Matcher name = NAME.matcher(path.getName());
      if (name.matches()) {
        found.add(Long.parseLong(name.group(1)));
      }
    }
    found.sort(Comparator.reverseOrder());
    return found;
  }

  private List<Path> list() throws IOException {
    return patience.of(() -> Storage.list(files, folder)).stream()
        .map(FileStatus::getPath)
        .toList();
  }

  private CheckpointFolder checkpoint(long iteration) {
    return new CheckpointFolder(files, path(iteration));
  }

  /**
   * Writes a checkpoint: it is there, whole, or there is none and nothing is left of it.
   *
   * @param model weights of the state with the statistics that they are evaluated with
   */
  public void write(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    tidy();
    Path path = path(checkpoint.iteration());
    Path temporary = Storage.temporary(path);
    try {
      new CheckpointFolder(files, temporary).write(checkpoint, model, optimizer);
      replace(temporary, path);
    } catch (IOException | RuntimeException e) {
      abandon(temporary, e);
      throw e;
    }
  }

  private void abandon(Path temporary, Exception why) {
    try {
      Storage.delete(files, temporary);
    } catch (IOException e) {
      why.addSuppressed(e); // the next one tidies up
    }
  }

  /** A folder cannot be renamed over another: an old one steps aside first. */
  private void replace(Path from, Path to) throws IOException {
    Path aside = new Path(folder, "." + to.getName() + ".replaced");
    if (Storage.exists(files, to)) {
      Storage.rename(files, to, aside);
    }
    try {
      Storage.rename(files, from, to);
      Storage.delete(files, aside);
    } catch (IOException e) {
      putBack(e);
      throw e;
    }
  }

  private void putBack(IOException why) {
    try {
      tidy();
    } catch (IOException e) {
      why.addSuppressed(e); // the next one tidies up
    }
  }

  /** Puts back what stepped aside for something that did not come, and deletes what is half. */
  public void recover() throws IOException {
    patience.run(this::tidy);
  }

  private void tidy() throws IOException {
    Storage.sweep(files, folder);
    for (FileStatus status : Storage.list(files, folder)) {
      Matcher name = ASIDE.matcher(status.getPath().getName());
      if (name.matches()) {
        Path back = new Path(folder, name.group(1));
        if (Storage.exists(files, back)) {
          Storage.delete(files, status.getPath());
        } else {
          Storage.rename(files, status.getPath(), back);
        }
      }
    }
  }

  /**
   * Goes on from a checkpoint under another plan: writes it as one of that plan, and sets all
   * others aside, whose numbers mean other iterations.
   *
   * @return where the others are
   */
  public Path renumber(Checkpoint renumbered, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    write(renumbered, model, optimizer);
    Path earlier = new Path(folder, "earlier-" + renumbered.reached().numbering().times());
    for (int n = 2; Storage.exists(files, earlier); n++) {
      earlier =
          new Path(folder, "earlier-%s-%s".formatted(renumbered.reached().numbering().times(), n));
    }
    Storage.makeFolder(files, earlier);
    // The oldest first: whoever is ended on the way goes on from the newest again, and repeats
    // this.
    for (Long iteration : iterations().stream().sorted().toList()) {
      if (iteration != renumbered.iteration()) {
        Storage.rename(files, path(iteration), new Path(earlier, path(iteration).getName()));
      }
    }
    return earlier;
  }

  /** Adds to a checkpoint how good it is. */
  public void evaluated(long iteration, Evaluation evaluation) throws IOException {
    checkpoint(iteration).score(Score.of(evaluation));
  }

  private Optional<Score> score(long iteration) throws IOException {
    return patience.of(() -> checkpoint(iteration).knownScore());
  }

  /** The one with the highest accuracy; the earliest of several. */
  OptionalLong best() throws IOException {
    long best = -1;
    double most = -1;
    for (Long iteration : iterations()) {
      double top1 = score(iteration).map(Score::top1).orElse(Double.NaN);
      if (top1 >= most) {
        best = iteration;
        most = top1;
      }
    }
    return best < 0 ? OptionalLong.empty() : OptionalLong.of(best);
  }

  /**
   * Removes those that are no longer needed. The best stays, and so does one that may be it.
   *
   * @throws StorageException if storage does not say which they are: nothing is removed then
   */
  public void prune() throws IOException {
    List<Long> all = iterations();
    OptionalLong best = best();
    for (Long iteration : all.subList(Math.min(keep, all.size()), all.size())) {
      boolean isBest = best.isPresent() && best.getAsLong() == iteration;
      if (!isBest && !mayBeBest(iteration)) {
        Storage.delete(files, path(iteration));
      }
    }
  }

  private boolean mayBeBest(long iteration) throws IOException {
    try {
      patience.of(() -> checkpoint(iteration).score());
      return false;
    } catch (StorageException e) {
      if (e.failure() != Failure.DAMAGED) {
        throw e;
      }
      return true;
    }
  }

  /**
   * The newest checkpoint that is whole.
   *
   * @param warn told of every newer one that is damaged
   * @throws DataException if there are checkpoints but none of them is whole
   * @throws StorageException if storage does not say whether one is
   */
  public Optional<Restored> restore(Layout layout, Consumer<String> warn) throws IOException {
    List<String> damages = new ArrayList<>();
    for (Long iteration : iterations()) {
      try {
        return Optional.of(patience.of(() -> checkpoint(iteration).read(layout)));
      } catch (StorageException e) {
        if (e.failure() != Failure.DAMAGED) {
          throw e;
        }
        damages.add(e.getMessage());
        warn.accept(e.getMessage() + "; looking at the checkpoint before");
      }
    }
    if (!damages.isEmpty()) {
      throw new DataException(folder + ": no checkpoint is whole: " + String.join("; ", damages));
    }
    return Optional.empty();
  }

  /** Of every checkpoint, newest first. */
  public List<CheckpointSummary> summaries() throws IOException {
    OptionalLong best = best();
    List<CheckpointSummary> summaries = new ArrayList<>();
    for (Long iteration : iterations()) {
      CheckpointSummary summary;
      try {
        summary = patience.of(() -> checkpoint(iteration).summary());
      } catch (StorageException | DataException e) {
        if (e instanceof StorageException s && s.failure() != Failure.DAMAGED) {
          throw s;
        }
        summary =
            CheckpointSummary.broken(path(iteration).toString(), score(iteration), e.getMessage());
      }
      boolean isBest = best.isPresent() && best.getAsLong() == iteration;
      summaries.add(isBest ? summary.asBest() : summary);
    }
    return summaries;
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
    Storage.delete(files, folder);
  }
}

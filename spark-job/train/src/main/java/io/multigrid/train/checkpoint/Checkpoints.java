package io.multigrid.train.checkpoint;

import io.multigrid.models.SafeTensors;
import io.multigrid.train.DataException;
import io.multigrid.train.evaluate.Evaluation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** A checkpoint that was read and is whole. */
  public record Restored(
      Path path, Checkpoint checkpoint, TrainingState state, Optional<Score> score) {}

  /**
   * @param keep how many of the newest stay, beside the best
   */
  public Checkpoints(FileSystem files, Path run, int keep) {
    this.files = files;
    this.folder = new Path(run, FOLDER);
    this.keep = keep;
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
    try {
      return Arrays.stream(files.listStatus(folder)).map(FileStatus::getPath).toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private CheckpointFolder checkpoint(long iteration) {
    return new CheckpointFolder(files, path(iteration));
  }

  /**
   * Writes a checkpoint, then removes those that are no longer needed.
   *
   * @param model weights of the state with the statistics that they are evaluated with
   */
  public void write(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    commit(checkpoint, model, optimizer);
    prune();
  }

  private void commit(Checkpoint checkpoint, SafeTensors model, SafeTensors optimizer)
      throws IOException {
    Path path = path(checkpoint.iteration());
    Path temporary = new Path(folder, "." + path.getName() + ".writing");
    files.delete(temporary, true);
    try {
      new CheckpointFolder(files, temporary).write(checkpoint, model, optimizer);
      replace(temporary, path);
    } catch (IOException | RuntimeException e) {
      files.delete(temporary, true);
      throw e;
    }
  }

  /** A folder cannot be renamed over another: an old one steps aside first. */
  private void replace(Path from, Path to) throws IOException {
    Path aside = new Path(folder, "." + to.getName() + ".replaced");
    files.delete(aside, true);
    if (files.exists(to)) {
      rename(to, aside);
    }
    try {
      rename(from, to);
    } catch (IOException e) {
      recover();
      throw e;
    }
    files.delete(aside, true);
  }

  private void rename(Path from, Path to) throws IOException {
    if (!files.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
  }

  /** Puts back what stepped aside for something that did not come. */
  public void recover() throws IOException {
    for (Path path : list()) {
      Matcher name = ASIDE.matcher(path.getName());
      if (name.matches() && !files.exists(new Path(folder, name.group(1)))) {
        rename(path, new Path(folder, name.group(1)));
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
    commit(renumbered, model, optimizer);
    Path earlier = new Path(folder, "earlier-" + renumbered.numbering().times());
    for (int n = 2; files.exists(earlier); n++) {
      earlier = new Path(folder, "earlier-%d-%d".formatted(renumbered.numbering().times(), n));
    }
    files.mkdirs(earlier);
    for (Long iteration : iterations()) {
      if (iteration != renumbered.iteration()) {
        rename(path(iteration), new Path(earlier, path(iteration).getName()));
      }
    }
    return earlier;
  }

  /** Adds to a checkpoint how good it is. */
  public void evaluated(long iteration, Evaluation evaluation) throws IOException {
    checkpoint(iteration).score(Score.of(evaluation));
  }

  private Optional<Score> score(long iteration) {
    return checkpoint(iteration).score();
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

  private void prune() throws IOException {
    List<Long> all = iterations();
    OptionalLong best = best();
    for (Long iteration : all.subList(Math.min(keep, all.size()), all.size())) {
      if (best.isEmpty() || best.getAsLong() != iteration) {
        files.delete(path(iteration), true);
      }
    }
  }

  /**
   * The newest checkpoint that is whole.
   *
   * @param warn told of every newer one, and why it is of no use
   * @throws DataException if there are checkpoints but none of them is whole
   */
  public Optional<Restored> restore(Layout layout, Consumer<String> warn) throws IOException {
    List<String> damages = new ArrayList<>();
    for (Long iteration : iterations()) {
      try {
        return Optional.of(checkpoint(iteration).read(layout));
      } catch (IOException e) {
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
        summary = checkpoint(iteration).summary();
      } catch (IOException e) {
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
    files.delete(folder, true);
  }
}

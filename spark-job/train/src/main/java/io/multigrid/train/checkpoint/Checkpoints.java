package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import io.multigrid.models.SafeTensors;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.DataException;
import io.multigrid.train.evaluate.Evaluation;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * evaluated.
 */
public final class Checkpoints {
  static final String FOLDER = "checkpoints";
  private static final String JSON_FILE = "checkpoint.json";
  private static final String OPTIMIZER_FILE = "optimizer.safetensors";
  private static final String EVALUATION_FILE = "evaluation.json";
  private static final String MOMENTUM = "momentum.";
  private static final String STATISTICS = "worker_statistics.";
  private static final Pattern NAME = Pattern.compile("iteration-(\\d{9,})");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem files;
  private final Path folder;
  private final int keep;

  /** A checkpoint that was read and is whole. */
  public record Restored(
      Path path, Checkpoint checkpoint, TrainingState state, Optional<Double> top1) {}

  private record Score(double top1, double loss, long videos) {}

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
    return new Path(folder, "iteration-%09d".formatted(iteration));
  }

  /** Iterations of the newest checkpoint, whole or not. */
  public OptionalLong newest() throws IOException {
    return iterations().stream().mapToLong(Long::longValue).findFirst();
  }

  /** Newest first. */
  List<Long> iterations() throws IOException {
    List<Long> found = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(folder)) {
        Matcher name = NAME.matcher(status.getPath().getName());
        if (name.matches()) {
          found.add(Long.parseLong(name.group(1)));
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    found.sort(Comparator.reverseOrder());
    return found;
  }

  /** Writes a checkpoint, then removes those that are no longer needed. */
  public void write(Checkpoint checkpoint, Layout layout, TrainingState state, Settings settings)
      throws IOException {
    Path path = path(checkpoint.iteration());
    Path temporary = new Path(folder, "." + path.getName() + ".writing");
    files.delete(temporary, true);
    try {
      Sums sums = new Sums(files, temporary);
      sums.write(
          ModelFile.NAME,
          ModelFile.content(
                  layout,
                  state.weights(),
                  state.meanStatistics(),
                  settings,
                  checkpoint.data().classes())
              ::write);
      sums.write(OPTIMIZER_FILE, optimizer(layout, state)::write);
      sums.write(
          JSON_FILE,
          out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(checkpoint)));
      sums.finish();
      replace(temporary, path);
    } catch (IOException | RuntimeException e) {
      files.delete(temporary, true);
      throw e;
    }
    prune();
  }

  private static SafeTensors optimizer(Layout layout, TrainingState state) {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    Layout.put(tensors, MOMENTUM, layout.parameters(), state.momentum());
    Layout.putRows(tensors, STATISTICS, layout.statistics(), state.statistics());
    return new SafeTensors(Map.of(), tensors);
  }

  /** A folder cannot be renamed over another: an old one steps aside first. */
  private void replace(Path from, Path to) throws IOException {
    Path aside = new Path(folder, "." + to.getName() + ".replaced");
    files.delete(aside, true);
    if (files.exists(to) && !files.rename(to, aside)) {
      throw new IOException("Cannot rename " + to + " to " + aside);
    }
    if (!files.rename(from, to)) {
      throw new IOException("Cannot rename " + from + " to " + to);
    }
    files.delete(aside, true);
  }

  /** Adds to a checkpoint how good it is. */
  public void evaluated(long iteration, Evaluation evaluation) throws IOException {
    Score score = new Score(evaluation.top1(), evaluation.loss(), evaluation.videos());
    Storage.write(
        files,
        new Path(path(iteration), EVALUATION_FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(score));
  }

  private Optional<Double> top1(long iteration) {
    try (var in = files.open(new Path(path(iteration), EVALUATION_FILE))) {
      return Optional.of(JSON.readValue((java.io.InputStream) in, Score.class).top1());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The one with the highest accuracy; the earliest of several. */
  OptionalLong best() throws IOException {
    return iterations().stream()
        .filter(i -> top1(i).isPresent())
        .max(Comparator.comparing((Long i) -> top1(i).orElseThrow()).thenComparing(i -> -i))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
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
        return Optional.of(read(iteration, layout));
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

  private Restored read(long iteration, Layout layout) throws IOException {
    Path path = path(iteration);
    Sums sums = Sums.read(files, path);
    Checkpoint checkpoint = checkpoint(path, sums.bytes(JSON_FILE));
    SafeTensors model = sums.tensors(ModelFile.NAME);
    SafeTensors optimizer = sums.tensors(OPTIMIZER_FILE);
    String name = path.toString();
    TrainingState state =
        new TrainingState(
            Layout.flat(name, model.tensors(), "", layout.parameters()),
            Layout.flat(name, optimizer.tensors(), MOMENTUM, layout.parameters()),
            Layout.rows(
                name, optimizer.tensors(), STATISTICS, layout.statistics(), checkpoint.workers()));
    return new Restored(path, checkpoint, state, top1(iteration));
  }

  private static Checkpoint checkpoint(Path path, byte[] json) throws IOException {
    Checkpoint checkpoint = JSON.readValue(json, Checkpoint.class);
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

  /** Reads every byte of a checkpoint and says what it is. */
  public static String describe(FileSystem files, Path path) throws IOException {
    Sums sums = Sums.read(files, path);
    Checkpoint c = checkpoint(path, sums.bytes(JSON_FILE));
    long numbers = 0;
    for (String file : List.of(ModelFile.NAME, OPTIMIZER_FILE)) {
      numbers +=
          sums.tensors(file).tensors().values().stream().mapToLong(t -> t.values().length).sum();
    }
    return "%s: %d iterations done, epoch %d, stage %d, %.1f s of training; %,d numbers, %d workers; data %s revision %d, %d videos; written by %s; every byte is as it was written"
        .formatted(
            path,
            c.iteration(),
            c.epoch() + 1,
            c.stage() + 1,
            c.seconds(),
            numbers,
            c.workers(),
            c.data().uri(),
            c.data().revision(),
            c.data().trainVideos(),
            c.program());
  }

  /** Whether a folder is a checkpoint, and not a run or a data set. */
  public static boolean isCheckpoint(FileSystem files, Path path) throws IOException {
    return files.exists(new Path(path, JSON_FILE));
  }

  /** One line a checkpoint, newest first. */
  public List<String> describe() throws IOException {
    OptionalLong best = best();
    List<String> lines = new ArrayList<>();
    for (Long iteration : iterations()) {
      String line;
      try {
        line = describe(files, path(iteration));
      } catch (IOException e) {
        line = e.getMessage();
      }
      String score = top1(iteration).map("; accuracy %.4f"::formatted).orElse("");
      boolean isBest = best.isPresent() && best.getAsLong() == iteration;
      lines.add(line + score + (isBest ? " (the best)" : ""));
    }
    return lines;
  }

  /** Forgets an earlier run. */
  public void clear() throws IOException {
    files.delete(folder, true);
  }
}

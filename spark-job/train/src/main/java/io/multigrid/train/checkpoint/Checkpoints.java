package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
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
  private static final String REPLACED = ".replaced";
  private static final Pattern NAME = Pattern.compile("iteration-(\\d{9,})");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FileSystem files;
  private final Path folder;
  private final int keep;
  private final Patience patience;

  /** A checkpoint that was read and is whole. */
  public record Restored(
      Path path, Checkpoint checkpoint, TrainingState state, Optional<Double> top1) {}

  private record Score(double top1, double loss, long videos) {}

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
    return new Path(folder, "iteration-%09d".formatted(iteration));
  }

  /** Iterations of the newest checkpoint, whole or not. */
  public OptionalLong newest() throws IOException {
    return iterations().stream().mapToLong(Long::longValue).findFirst();
  }

  /** Newest first. */
  List<Long> iterations() throws IOException {
    List<Long> found = new ArrayList<>();
    for (FileStatus status : patience.of(() -> Storage.list(files, folder))) {
      Matcher name = NAME.matcher(status.getPath().getName());
      if (name.matches()) {
        found.add(Long.parseLong(name.group(1)));
      }
    }
    found.sort(Comparator.reverseOrder());
    return found;
  }

  /** Writes a checkpoint: it is there, whole, or there is none and nothing is left of it. */
  public void write(Checkpoint checkpoint, Layout layout, TrainingState state, Settings settings)
      throws IOException {
    Path path = path(checkpoint.iteration());
    tidy();
    Path temporary = Storage.temporary(path);
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

  /** What a process left that was ended while it wrote a checkpoint, or replaced one. */
  private void tidy() throws IOException {
    Storage.sweep(files, folder);
    for (FileStatus status : Storage.list(files, folder)) {
      Path aside = status.getPath();
      String name = aside.getName();
      if (name.endsWith(REPLACED)) {
        Path back = new Path(folder, name.substring(1, name.length() - REPLACED.length()));
        if (Storage.exists(files, back)) {
          Storage.delete(files, aside);
        } else {
          Storage.rename(files, aside, back);
        }
      }
    }
  }

  private static SafeTensors optimizer(Layout layout, TrainingState state) {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    Layout.put(tensors, MOMENTUM, layout.parameters(), state.momentum());
    Layout.putRows(tensors, STATISTICS, layout.statistics(), state.statistics());
    return new SafeTensors(Map.of(), tensors);
  }

  /** A folder cannot be renamed over another: an old one steps aside first. */
  private void replace(Path from, Path to) throws IOException {
    Path aside = new Path(folder, "." + to.getName() + REPLACED);
    if (Storage.exists(files, to)) {
      Storage.rename(files, to, aside);
    }
    Storage.rename(files, from, to);
    Storage.delete(files, aside);
  }

  /** Adds to a checkpoint how good it is. */
  public void evaluated(long iteration, Evaluation evaluation) throws IOException {
    Score score = new Score(evaluation.top1(), evaluation.loss(), evaluation.videos());
    Storage.write(
        files,
        new Path(path(iteration), EVALUATION_FILE),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(score));
  }

  private Optional<Double> top1(long iteration) throws IOException {
    return score(iteration).filter(top1 -> !Double.isNaN(top1));
  }

  /** Empty if it was not evaluated; not a number if what it scored cannot be read any more. */
  private Optional<Double> score(long iteration) throws IOException {
    Path file = new Path(path(iteration), EVALUATION_FILE);
    try {
      byte[] json = patience.of(() -> Storage.read(files, file));
      return Optional.of(JSON.readValue(json, Score.class).top1());
    } catch (JsonProcessingException e) {
      return Optional.of(Double.NaN);
    } catch (StorageException e) {
      return switch (e.failure()) {
        case MISSING -> Optional.empty();
        case DAMAGED -> Optional.of(Double.NaN);
        case TEMPORARY, NO_SPACE, REFUSED -> throw e;
      };
    }
  }

  /** The one with the highest accuracy; the earliest of several. */
  OptionalLong best() throws IOException {
    Map<Long, Double> scores = new TreeMap<>();
    for (long iteration : iterations()) {
      top1(iteration).ifPresent(top1 -> scores.put(iteration, top1));
    }
    return scores.entrySet().stream()
        .max(Map.Entry.<Long, Double>comparingByValue().thenComparing(e -> -e.getKey()))
        .map(best -> OptionalLong.of(best.getKey()))
        .orElse(OptionalLong.empty());
  }

  /**
   * Removes those that are no longer needed. The best stays, and so does one that may be it.
   *
   * @throws StorageException if storage does not say which they are; nothing is removed then
   */
  public void prune() throws IOException {
    List<Long> all = iterations();
    OptionalLong best = best();
    for (Long iteration : all.subList(Math.min(keep, all.size()), all.size())) {
      boolean isBest = best.isPresent() && best.getAsLong() == iteration;
      if (!isBest && !score(iteration).filter(d -> d.isNaN()).isPresent()) {
        Storage.delete(files, path(iteration));
      }
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
    patience.run(this::tidy);
    List<String> damages = new ArrayList<>();
    for (Long iteration : iterations()) {
      try {
        return Optional.of(patience.of(() -> read(iteration, layout)));
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
    Checkpoint checkpoint;
    try {
      checkpoint = JSON.readValue(json, Checkpoint.class);
    } catch (JsonProcessingException e) {
      throw new DataException(path + ": not of this program: " + e.getOriginalMessage(), e);
    }
    if (!Checkpoint.FORMAT.equals(checkpoint.format())
        || checkpoint.version() != Checkpoint.VERSION) {
      throw new DataException(
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
    return Storage.exists(files, new Path(path, JSON_FILE));
  }

  /** One line a checkpoint, newest first. */
  public List<String> describe() throws IOException {
    OptionalLong best = best();
    List<String> lines = new ArrayList<>();
    for (Long iteration : iterations()) {
      String line;
      try {
        line = describe(files, path(iteration));
      } catch (StorageException e) {
        if (e.failure() != Failure.DAMAGED) {
          throw e;
        }
        line = e.getMessage();
      } catch (DataException e) {
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
    Storage.delete(files, folder);
  }
}

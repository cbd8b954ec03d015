package io.multigrid.train.quickstart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.ComparedSettings;
import io.multigrid.train.settings.RunSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Three runs of the same network on the same data: the baseline by its schedule, multigrid by the
 * schedule that the method derives from it, and the baseline by its schedule shortened to
 * multigrid's time.
 */
public final class Quickstart {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final JavaSparkContext spark;
  private final ComparedSettings settings;
  private final Dataset data;

  /** The three results. */
  public record Results(
      Trainer.Result baseline, Trainer.Result multigrid, Trainer.Result baselineSameTime) {

    /** The three runs under the names that the report gives them, with their folders. */
    public List<Named> named() {
      return List.of(
          new Named("baseline", "baseline", baseline),
          new Named("multigrid", "multigrid", multigrid),
          new Named("baseline, same time", "baseline-same-time", baselineSameTime));
    }
  }

  /** A run, its name for people and its folder below the quickstart's. */
  public record Named(String name, String folder, Trainer.Result result) {}

  public Quickstart(JavaSparkContext spark, ComparedSettings settings, Dataset data) {
    this.spark = spark;
    this.settings = settings;
    this.data = data;
  }

  public Results run(String out) throws IOException {
    Trainer.Result full = train(settings.baseline(), "baseline", out + "/baseline");
    Trainer.Result fast = train(settings.multigrid(), "multigrid", out + "/multigrid");
    RunSettings shorter = settings.baseline(fast.seconds() / full.seconds());
    Trainer.Result same = train(shorter, "baseline, same time", out + "/baseline-same-time");
    Results results = new Results(full, fast, same);
    write(out, results);
    return results;
  }

  private Trainer.Result train(RunSettings run, String name, String out) throws IOException {
    return new Trainer(spark, run, data, name).run(out);
  }

  private void write(String out, Results results) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.set("baseline", json(results.baseline()));
    json.set("multigrid", json(results.multigrid()));
    json.set("baselineSameTime", json(results.baselineSameTime()));
    json.put("classes", data.classes().size());
    json.put("trainVideos", data.size(Split.TRAIN));
    json.put("validationVideos", data.size(Split.VALIDATION));
    Path file = new Path(out, "result.json");
    FileSystem files = file.getFileSystem(spark.hadoopConfiguration());
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    Storage.write(files, file, text.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode json(Trainer.Result result) {
    ObjectNode node = JSON.createObjectNode();
    node.put("accuracy", result.evaluation().top1());
    node.put("seconds", result.seconds());
    node.put("iterations", result.iterations());
    return node;
  }

  /** What a person reads at the end. A ratio never stands without the accuracies beside it. */
  public static String summary(Results results) {
    StringBuilder text = new StringBuilder();
    for (Named run : results.named()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-20s %6.1f %% accuracy  %7.1f s  %5d iterations%n",
              run.name(),
              100 * run.result().evaluation().top1(),
              run.result().seconds(),
              run.result().iterations()));
    }
    return text.append(meaning(results)).toString();
  }

  /** The comparison in a sentence or two, with what it does and does not say. */
  public static String meaning(Results results) {
    return String.format(
            Locale.ROOT,
            "Multigrid took 1/%.2f of the baseline's training time, with an accuracy of %.1f %%"
                + " against %.1f %%; the baseline with its schedule shortened to that time reached"
                + " %.1f %%.",
            results.baseline().seconds() / results.multigrid().seconds(),
            100 * results.multigrid().evaluation().top1(),
            100 * results.baseline().evaluation().top1(),
            100 * results.baselineSameTime().evaluation().top1())
        + " One run each, of one small network on one small rendered data set: it shows the"
        + " mechanism at work, not the gain on yours.";
  }
}

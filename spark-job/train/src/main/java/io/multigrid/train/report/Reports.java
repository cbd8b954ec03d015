package io.multigrid.train.report;

import io.multigrid.shard.storage.Storage;
import io.multigrid.train.quickstart.Quickstart;
import io.multigrid.train.run.Trainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** report.html of a run and of the quickstart. */
public final class Reports {
  private static final String FILE = "report.html";

  private Reports() {}

  /** Writes the report of one run into its folder. */
  public static void train(
      Configuration hadoop, String out, Trainer.Result result, List<String> classes)
      throws IOException {
    Path folder = new Path(out);
    FileSystem files = folder.getFileSystem(hadoop);
    Run run = RunReader.read(files, new Path(folder, "metrics.jsonl"), "training");
    String html =
        Report.html(
            "Training",
            "What happened in " + folder.getName() + ".",
            List.of(run),
            List.of(result("training", result)),
            new Report.Confusion("training", classes, result.evaluation().confusion()));
    Storage.write(files, new Path(folder, FILE), html);
  }

  /** Writes the report of the quickstart's three runs. */
  public static void quickstart(
      Configuration hadoop, String out, Quickstart.Results results, List<String> classes)
      throws IOException {
    Path folder = new Path(out);
    FileSystem files = folder.getFileSystem(hadoop);
    List<Run> runs = new ArrayList<>();
    List<Report.Result> table = new ArrayList<>();
    for (Quickstart.Named named : results.named()) {
      Path metrics = new Path(new Path(folder, named.folder()), "metrics.jsonl");
      runs.add(RunReader.read(files, metrics, named.name()));
      table.add(result(named.name(), named.result()));
    }
    String html =
        Report.html(
            "Multigrid quickstart",
            Quickstart.meaning(results),
            runs,
            table,
            new Report.Confusion(
                "multigrid", classes, results.multigrid().evaluation().confusion()));
    Storage.write(files, new Path(folder, FILE), html);
  }

  private static Report.Result result(String name, Trainer.Result result) {
    return new Report.Result(
        name, result.evaluation().top1(), result.seconds(), result.iterations());
  }
}

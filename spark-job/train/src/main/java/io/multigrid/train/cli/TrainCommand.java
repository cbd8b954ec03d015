package io.multigrid.train.cli;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.shard.Dataset;
import io.multigrid.train.cluster.Memory;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.report.Reports;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.RunSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    description = "Trains a network on a prepared data set by its schedule.")
final class TrainCommand implements Callable<Integer> {
  @Mixin SettingsOptions options;

  @Option(names = "--data", required = true, paramLabel = "URI", description = "prepared data set")
  String data;

  @Option(names = "--out", required = true, paramLabel = "URI", description = "where results go")
  String out;

  @Option(
      names = "--resume",
      description =
          "go on from the newest checkpoint in --out; start at the beginning if there is none")
  boolean resume;

  @Option(
      names = "--replace",
      description = "delete an earlier run in --out, and start at the beginning")
  boolean replace;

  @Option(
      names = "--accept-changes",
      description = "resume although recipe or data are not those of the checkpoint")
  boolean acceptChanges;

  @Override
  public Integer call() throws Exception {
    Locations at = Locations.of(Sparks.hadoop());
    data = at.resolve("--data", data);
    out = at.resolve("--out", out);
    Settings settings =
        options.draft().read(RunSettings::forTraining).also(this::check).also(at::check).settings();
    RunSettings some = RunSettings.from(Classes.assumed(settings));
    try (JavaSparkContext spark = Sparks.forTraining("train", some.train(), Memory.of(some))) {
      Dataset dataset = Dataset.open(data, spark.hadoopConfiguration());
      Trainer trainer =
          new Trainer(spark, RunSettings.from(Classes.from(settings, dataset)), dataset, "train");
      trainer.plan().warnings().forEach(w -> System.err.println("warning: " + w));
      Configuration hadoop = spark.hadoopConfiguration();
      Trainer.Result result =
          trainer.run(out, start(), r -> Reports.train(hadoop, out, r, dataset.classes()));
      System.out.printf(
          Locale.ROOT,
          "accuracy %.2f %% on %d videos after %d iterations, %.1f s of training; results in %s%n",
          100 * result.evaluation().top1(),
          result.evaluation().videos(),
          result.iterations(),
          result.seconds(),
          out);
    }
    return Exit.DONE;
  }

  private void check() {
    List<Problem> problems = new ArrayList<>();
    if (replace && resume) {
      problems.add(usage("--replace", "deletes what --resume goes on with", "give one of them"));
    }
    if (acceptChanges && !resume) {
      problems.add(usage("--accept-changes", "is for --resume", "give both or none"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static Problem usage(String option, String limit, String remedy) {
    return new Problem("command line", option, "", limit, remedy);
  }

  private Trainer.Start start() {
    if (replace) {
      return Trainer.Start.REPLACE;
    }
    if (!resume) {
      return Trainer.Start.FRESH;
    }
    return acceptChanges ? Trainer.Start.RESUME_CHANGED : Trainer.Start.RESUME;
  }
}

package io.multigrid.train.cli;

import io.multigrid.config.Settings;
import io.multigrid.shard.Dataset;
import io.multigrid.train.cluster.Memory;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.report.Reports;
import io.multigrid.train.run.Trainer;
import io.multigrid.train.settings.RunSettings;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Trainer.Start start = start();
    Settings settings = options.load();
    Locations at = Locations.of(Sparks.hadoop());
    data = at.resolve("--data", data);
    out = at.resolve("--out", out);
    at.check();
    RunSettings some = RunSettings.from(Classes.assumed(settings));
    try (JavaSparkContext spark = Sparks.forTraining("train", some.train(), Memory.of(some))) {
      Dataset dataset = Dataset.open(data, spark.hadoopConfiguration());
      Trainer trainer =
          new Trainer(spark, RunSettings.from(Classes.from(settings, dataset)), dataset, "train");
      trainer.plan().warnings().forEach(w -> System.err.println("warning: " + w));
      Configuration hadoop = spark.hadoopConfiguration();
      Trainer.Result result =
          trainer.run(out, start, r -> Reports.train(hadoop, out, r, dataset.classes()));
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

  private Trainer.Start start() {
    if (replace && resume) {
      throw new ParameterException(
          spec.commandLine(), "--replace deletes what --resume goes on with; give one of them");
    }
    if (acceptChanges && !resume) {
      throw new ParameterException(
          spec.commandLine(), "--accept-changes is for --resume; give both or none");
    }
    if (replace) {
      return Trainer.Start.REPLACE;
    }
    if (!resume) {
      return Trainer.Start.FRESH;
    }
    return acceptChanges ? Trainer.Start.RESUME_CHANGED : Trainer.Start.RESUME;
  }
}

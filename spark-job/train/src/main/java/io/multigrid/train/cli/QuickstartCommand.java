package io.multigrid.train.cli;

import io.multigrid.config.Draft;
import io.multigrid.config.Settings;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.job.PrepJob;
import io.multigrid.prep.job.PrepSettings;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.shard.Dataset;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.quickstart.Quickstart;
import io.multigrid.train.quickstart.QuickstartVideos;
import io.multigrid.train.report.Reports;
import io.multigrid.train.settings.ComparedSettings;
import io.multigrid.train.settings.QuickstartSettings;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description = {
      "Renders a small set of real encoded videos, prepares it, and trains the same network with",
      "and without multigrid on this machine. Takes about five minutes on two cores."
    })
final class QuickstartCommand implements Callable<Integer> {
  @Mixin SettingsOptions options;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "quickstart-out",
      description = "where everything goes (default: ${DEFAULT-VALUE})")
  Path out;

  @Override
  public Integer call() throws Exception {
    Draft draft = options.file == null ? Draft.recipe("quickstart", options.sets) : options.draft();
    Settings settings =
        draft
            .read(RunSettings::forTraining)
            .read(PrepSettings::from)
            .read(QuickstartSettings::from)
            .settings();
    TrainSettings train = RunSettings.from(Classes.assumed(settings)).train();
    PrepSettings prep = PrepSettings.from(settings);
    QuickstartSettings shown = QuickstartSettings.from(settings);
    Path folder = out.toAbsolutePath().normalize();
    int cores = Runtime.getRuntime().availableProcessors();
    Path videos = folder.resolve("videos");
    System.err.println("rendering and encoding videos into " + videos);
    int count =
        QuickstartVideos.write(
            videos,
            shown.trainVideos(),
            shown.validationVideos(),
            settings.longInteger("seed"),
            cores);
    try (JavaSparkContext spark = Sparks.forTraining("quickstart", train)) {
      String data = folder.resolve("data").toString();
      System.err.println("preparing " + count + " videos into " + data);
      Catalogue catalogue =
          Catalogue.read(videos.toString(), prep.validationShare(), spark.hadoopConfiguration());
      PrepResult result = new PrepJob(spark, prep, catalogue, videos.toString(), data).execute();
      System.err.println(PrepJob.summary(result));
      Dataset dataset = Dataset.open(data, spark.hadoopConfiguration());
      Quickstart.Results results =
          new Quickstart(spark, new ComparedSettings(Classes.from(settings, dataset)), dataset)
              .run(folder.toString());
      Reports.quickstart(
          spark.hadoopConfiguration(), folder.toString(), results, dataset.classes());
      System.out.println(Quickstart.summary(results));
      System.out.println("report: " + folder.resolve("report.html"));
    }
    return Exit.DONE;
  }
}

package io.multigrid.train.cli;

import io.multigrid.config.Draft;
import io.multigrid.config.Settings;
import io.multigrid.prep.catalogue.Catalogue;
import io.multigrid.prep.job.PrepJob;
import io.multigrid.prep.job.PrepMemory;
import io.multigrid.prep.job.PrepProgress;
import io.multigrid.prep.job.PrepSettings;
import io.multigrid.prep.report.PrepResult;
import io.multigrid.shard.Amount;
import io.multigrid.train.DataException;
import io.multigrid.train.cluster.RollCall;
import io.multigrid.train.cluster.RoomWatch;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.settings.EngineSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "prep",
    mixinStandardHelpOptions = true,
    description = "Decodes videos once and writes shards for every grid of the recipe.")
final class PrepCommand implements Callable<Integer> {
  private static final long TELL_EVERY_NANOS = 2_000_000_000L;

  @Mixin SettingsOptions options;

  @Option(
      names = "--videos",
      required = true,
      paramLabel = "ROOT",
      description = "folder that the catalogue's paths are relative to")
  String videos;

  @Option(
      names = "--catalogue",
      paramLabel = "FILE",
      description =
          "CSV or TSV with path,label[,split], lines of a path and a label, Kinetics' or Charades' CSV,"
              + " Something-Something's JSON, or a folder of class folders (default: ROOT); may be"
              + " given several times, for instance once a split")
  List<String> catalogues = new ArrayList<>();

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "the classes in their order, one a line or JSON (default: those that are used)")
  String classes;

  @Option(names = "--out", required = true, paramLabel = "URI", description = "the data set")
  String out;

  @Option(
      names = "--max-quarantine",
      paramLabel = "SHARE",
      description =
          "share of the videos that may be left out, 0.05 or 5%% (default: prep.max-quarantine)")
  String maxQuarantine;

  private long told = System.nanoTime();

  @Override
  public Integer call() throws Exception {
    Locations at = Locations.of(Sparks.hadoop());
    videos = at.resolve("--videos", videos);
    catalogues.replaceAll(file -> at.resolve("--catalogue", file));
    classes = at.resolve("--classes", classes);
    out = at.resolve("--out", out);
    Draft draft = options.draft();
    if (maxQuarantine != null) {
      draft.option("--max-quarantine", "prep.max-quarantine", maxQuarantine);
    }
    Settings settings =
        draft.read(PrepSettings::from).read(EngineSettings::patience).also(at::check).settings();
    PrepSettings prep = PrepSettings.from(settings);
    Duration patience = EngineSettings.patience(settings);
    try (JavaSparkContext spark = Sparks.forData("prep", PrepMemory.sized(new SparkConf()))) {
      RollCall.check(spark, patience.toNanos() / 1e9);
      Catalogue list =
          Catalogue.read(
              catalogues.isEmpty() ? List.of(videos) : catalogues,
              videos,
              classes,
              prep.validationShare(),
              spark.hadoopConfiguration());
      System.err.printf(
          Locale.ROOT,
          "preparing %s of %d classes for %s%n",
          Amount.of(list.entries().size(), "video"),
          list.classes().size(),
          Amount.of(prep.grids().size(), "grid"));
      PrepJob job =
          new PrepJob(spark, prep, list, videos, out)
              .onProgress(this::tell)
              .onNotice(notice -> System.err.println("warning: " + notice));
      PrepResult result = RoomWatch.during(spark, patience, "preparing " + out, job::execute);
      result
          .quarantined()
          .forEach(q -> System.err.println(q.path() + ": " + q.reason() + ": " + q.detail()));
      System.out.println(PrepJob.summary(result));
      if (result.manifest().isEmpty()) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: %d of %d videos are quarantined, at most %.3g %% may be; nothing was committed."
                    + " See quarantine.jsonl there; mend or remove those videos, or raise"
                    + " --max-quarantine",
                out,
                result.quarantined().size(),
                result.videos(),
                100 * prep.maxQuarantine()));
      }
      System.out.printf(
          Locale.ROOT, "revision %d of %s%n", result.manifest().get().revision(), out);
    }
    return Exit.DONE;
  }

  private void tell(PrepProgress progress) {
    long now = System.nanoTime();
    if (now - told >= TELL_EVERY_NANOS || progress.done() == progress.videos()) {
      told = now;
      System.err.println(progress.line());
    }
  }
}

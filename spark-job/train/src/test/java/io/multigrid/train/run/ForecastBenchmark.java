package io.multigrid.train.run;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.forecast.Forecast;
import io.multigrid.train.forecast.StepTimes;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What a prediction is worth: {@code ForecastBenchmark FOLDER} calibrates and then trains by the
 * whole schedule on 1, 2 and 4 executors in this process, several times in turn, and prints what
 * was predicted, what happened, and the ratio. {@code FOLDER} keeps the runs' metrics.
 */
final class ForecastBenchmark {
  private static final int VIDEOS = 384;
  private static final int ROUNDS = 10;
  private static final int[] EXECUTORS = {1, 2, 4};

  private static final String[] RECIPE = {
    "workers=4",
    "batch=8",
    "clip.frames=8",
    "clip.crop=64",
    "clip.jitter=[70,80]",
    "cycles.bn-group=2",
    "solver.steps=[0,12]",
    "solver.epochs=18",
    "model.width=8",
    "model.temporal-kernels=[1,1,3,3,3]",
    "checkpoint.every-iterations=0",
    "evaluate.precise-batches=4"
  };

  private ForecastBenchmark() {}

  private static Settings settings(int executors) {
    return TinyData.settings(RECIPE).with("engine.executors", executors);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, new Configuration(), settings(1), VIDEOS, new TinyData.Shape(16, 1.25));
    Map<String, List<Double>> ratios = new TreeMap<>();
    for (int turn = 0; turn < Integer.getInteger("benchmark.turns", 3); turn++) {
      StepTimes one = null;
      for (int executors : EXECUTORS) {
        Settings settings = settings(executors);
        try (JavaSparkContext spark =
            Sparks.forTraining("benchmark", TrainSettings.from(settings))) {
          Dataset data = Dataset.open(uri, spark.hadoopConfiguration());
          StepTimes measured =
              Calibration.measure(spark, RunSettings.from(settings), data, ROUNDS, text -> {});
          one = one == null ? measured : one;
          Trainer.Result result =
              new Trainer(spark, RunSettings.from(settings), data, "benchmark")
                  .run(folder.resolve("run-" + executors).toString());
          String name = executors + " executors, measured on ";
          ratios
              .computeIfAbsent(name + executors, n -> new ArrayList<>())
              .add(ratio(name + executors, measured, settings, result));
          ratios
              .computeIfAbsent(name + "1", n -> new ArrayList<>())
              .add(ratio(name + "1", one, settings, result));
        }
      }
    }
    ratios.forEach(
        (name, all) -> {
          List<Double> sorted = all.stream().sorted().toList();
          System.out.printf(
              Locale.ROOT,
              "%s: median of %d: predicted / took = %.2f%n",
              name,
              sorted.size(),
              sorted.get(sorted.size() / 2));
        });
  }

  private static double ratio(
      String name, StepTimes times, Settings settings, Trainer.Result result) {
    int executors = settings.integer("engine.executors");
    Plan plan = Plan.of(Recipe.from(settings), VIDEOS);
    Forecast forecast =
        Forecast.of(plan, new Forecast.Cluster(executors, 1, 4), "measured", List.of(times));
    double ratio = forecast.seconds() / result.seconds();
    System.out.printf(
        Locale.ROOT,
        "%s: predicted %.1f s, took %.1f s for %d iterations: %.2f%n",
        name,
        forecast.seconds(),
        result.seconds(),
        result.iterations(),
        ratio);
    return ratio;
  }
}

package io.multigrid.train.run;

import io.multigrid.config.Settings;
import io.multigrid.engine.dispatch.StandaloneCluster;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What 16-bit transport does to training: {@code CompressionBenchmark FOLDER [SEEDS]} trains on two
 * executor processes of a standalone cluster with each setting of {@code engine.compression} and
 * the same seeds, in turns, and prints the mean loss of the last twenty iterations, the loss of the
 * evaluation and the time.
 */
final class CompressionBenchmark {
  private static final int VIDEOS = 256;
  private static final int LAST = 20;

  private CompressionBenchmark() {}

  private static Settings settings(String compression, int seed) {
    return TinyData.settings(
        "workers=4",
        "batch=16",
        "clip.crop=48",
        "clip.jitter=[52,60]",
        "cycles.bn-group=4",
        "model.width=8",
        "solver.steps=[0,10]",
        "solver.epochs=14",
        "engine.executors=2",
        "checkpoint.every-iterations=0",
        "evaluate.precise-batches=8",
        "progress.every-seconds=1000",
        "engine.compression=" + compression,
        "seed=" + seed);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    int seeds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    String uri = folder.resolve("data").toString();
    TinyData.write(uri, new Configuration(), settings("none", 1), VIDEOS);
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("spark"), 2)) {
      cluster.options(2).forEach(System::setProperty);
      Settings any = settings("none", 1);
      try (JavaSparkContext spark = Sparks.forTraining("benchmark", TrainSettings.from(any))) {
        Dataset data = Dataset.open(uri, spark.hadoopConfiguration());
        for (int seed = 1; seed <= seeds; seed++) {
          for (String compression : List.of("none", "fp16")) {
            Path out = folder.resolve(compression + "-" + seed);
            Trainer.Result result =
                new Trainer(spark, RunSettings.from(settings(compression, seed)), data, compression)
                    .run(out.toString());
            System.out.printf(
                Locale.ROOT,
                "seed %d %s: loss %.4f, evaluation loss %.4f, top-1 %.3f, %d iterations, %.1f s%n",
                seed,
                compression,
                lastLosses(out),
                result.evaluation().loss(),
                result.evaluation().top1(),
                result.iterations(),
                result.seconds());
          }
        }
      }
    }
  }

  private static double lastLosses(Path out) throws Exception {
    List<Double> losses = new ArrayList<>();
    var json = new com.fasterxml.jackson.databind.ObjectMapper();
    for (String line : Files.readAllLines(out.resolve("metrics.jsonl"))) {
      Map<?, ?> event = json.readValue(line, Map.class);
      if ("iteration".equals(event.get("event"))) {
        losses.add(((Number) event.get("loss")).doubleValue());
      }
    }
    return losses.subList(losses.size() - LAST, losses.size()).stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElseThrow();
  }
}

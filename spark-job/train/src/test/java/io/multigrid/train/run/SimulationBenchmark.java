package io.multigrid.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.forecast.Conditions;
import io.multigrid.train.forecast.Forecast;
import io.multigrid.train.forecast.Parts;
import io.multigrid.train.forecast.Simulation;
import io.multigrid.train.forecast.StepTimes;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.SimulateSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What a simulation is worth, by whole trainings; {@code deploy/simulation/validate.sh} runs it.
 *
 * <p>{@code SimulationBenchmark FOLDER} calibrates and trains on 1, 2 and 4 executors in this
 * process, in turns, and simulates each from the calibration on as many and from that on one.
 *
 * <p>{@code SimulationBenchmark FOLDER LIMIT RATE...} does so on two executors of the master that
 * {@code spark.master} names: it calibrates without a limit of the links and trains with each rate,
 * such as {@code 100mbit} or {@code none}, that the script {@code LIMIT} sets.
 */
final class SimulationBenchmark {
  private static final int VIDEOS = 192;
  private static final int ROUNDS = 5;
  private static final int CORES = Runtime.getRuntime().availableProcessors();

  private static final List<String> RECIPE =
      List.of(
          "workers=4",
          "batch=8",
          "cycles.bn-group=2",
          "cycles.long=false",
          "solver.steps=[0,2]",
          "solver.epochs=4",
          "checkpoint.every-iterations=0",
          "evaluate.precise-batches=1",
          "progress.every-seconds=1000");

  /** Some 30 ms an iteration on one core. */
  private static final List<String> CORES_RECIPE = List.of("model.width=8");

  /** Little to compute, and many parameters. */
  private static final List<String> LINKS_RECIPE = List.of("model.width=24");

  private final Path folder;
  private final String data;
  private final String[] sets;
  private final Map<String, List<Double>> ratios = new TreeMap<>();

  private SimulationBenchmark(Path folder, List<String> recipe) throws IOException {
    this.folder = folder;
    this.data = folder.resolve("data").toString();
    this.sets = Stream.of(RECIPE, recipe).flatMap(List::stream).toArray(String[]::new);
    if (!Files.exists(folder.resolve("data/manifest.json"))) {
      TinyData.write(data, new Configuration(), settings(1), VIDEOS, new TinyData.Shape(16, 1.25));
    }
  }

  private Settings settings(int executors) {
    return TinyData.settings(sets).with("engine.executors", executors);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    boolean cores = arguments.length == 1;
    SimulationBenchmark benchmark =
        new SimulationBenchmark(folder, cores ? CORES_RECIPE : LINKS_RECIPE);
    int turns = Integer.getInteger("benchmark.turns", 3);
    if (cores) {
      benchmark.cores(turns);
    } else {
      benchmark.links(turns, arguments[1], Arrays.asList(arguments).subList(2, arguments.length));
    }
    benchmark.ratios.forEach(
        (name, all) -> {
          List<Double> sorted = all.stream().sorted().toList();
          System.out.printf(
              Locale.ROOT,
              "%s: median of %d: simulated / took = %.2f%n",
              name,
              sorted.size(),
              sorted.get(sorted.size() / 2));
        });
  }

  /**
   * Executors of one process share its cores: with more of them than cores each is slower. Each
   * training follows its calibration at once, and the first turn does not count.
   */
  private void cores(int turns) throws Exception {
    try (JavaSparkContext spark = Sparks.forTraining("benchmark", train(settings(4)))) {
      Dataset dataset = Dataset.open(data, spark.hadoopConfiguration());
      for (int turn = -1; turn < turns; turn++) {
        StepTimes one = null;
        for (int executors : new int[] {1, 2, 4}) {
          Settings settings =
              settings(executors)
                  .with("simulate.exchange.bandwidth", 0)
                  .with("simulate.exchange.latency", 0)
                  .with("simulate.side-by-side", CORES);
          StepTimes measured = calibrate(spark, settings, dataset);
          one = one == null ? measured : one;
          Path run = Files.createTempDirectory(folder, "run-" + executors + "-");
          double took = train(spark, settings, dataset, run);
          if (turn >= 0) {
            String name = executors + " executors, measured on ";
            compare(name + executors, settings, measured, run, took);
            if (executors > 1) {
              compare(name + 1, settings, one, run, took);
            }
          }
        }
      }
    }
  }

  private void links(int turns, String limit, List<String> rates) throws Exception {
    Settings settings = settings(2).with("simulate.exchange.latency", 0);
    try (JavaSparkContext spark = Sparks.forTraining("benchmark", train(settings))) {
      Dataset dataset = Dataset.open(data, spark.hadoopConfiguration());
      for (int turn = 0; turn < turns; turn++) {
        for (String rate : rates) {
          limit(limit, "none");
          StepTimes measured = calibrate(spark, settings, dataset);
          limit(limit, rate);
          Path run = Files.createTempDirectory(folder, "run-" + rate + "-");
          double took = train(spark, settings, dataset, run);
          compare(
              "links of " + rate,
              settings.with("simulate.exchange.bandwidth", bytes(rate)),
              measured,
              run,
              took);
        }
      }
    } finally {
      limit(limit, "none");
    }
  }

  private static double bytes(String rate) {
    return rate.equals("none") ? 0 : Double.parseDouble(rate.replace("mbit", "")) * 1e6 / 8;
  }

  private static void limit(String script, String rate) throws IOException, InterruptedException {
    if (new ProcessBuilder(script, rate).inheritIO().start().waitFor() != 0) {
      throw new IOException(script + " " + rate + " failed");
    }
  }

  private static TrainSettings train(Settings settings) {
    return TrainSettings.from(settings);
  }

  private static StepTimes calibrate(JavaSparkContext spark, Settings settings, Dataset dataset)
      throws IOException {
    return Calibration.measure(spark, RunSettings.from(settings), dataset, ROUNDS, text -> {});
  }

  private static double train(JavaSparkContext spark, Settings settings, Dataset dataset, Path run)
      throws Exception {
    return new Trainer(spark, RunSettings.from(settings), dataset, "benchmark")
        .run(run.toString())
        .seconds();
  }

  private void compare(String name, Settings settings, StepTimes times, Path run, double took)
      throws IOException {
    Plan plan = Plan.of(Recipe.from(settings), VIDEOS);
    TrainSettings train = train(settings);
    Simulation simulation =
        Simulation.of(
            plan,
            new Forecast.Cluster(train.executors(), train.ahead().threads(), Float.BYTES),
            "measured",
            List.of(times),
            new Conditions(
                SimulateSettings.from(settings),
                train.ahead().prefetch(),
                train.checkpoints(),
                settings.recorded()));
    double ratio = simulation.seconds() / took;
    Parts parts = simulation.parts().times(1000.0 / simulation.iterations());
    System.out.printf(
        Locale.ROOT,
        "%s: simulated %.1f s (ms: compute %.1f, slowest %.1f, feed %.1f, exchange %.1f),"
            + " took %.1f s (ms: %s) for %d iterations: %.2f%n",
        name,
        simulation.seconds(),
        parts.compute(),
        parts.slowest(),
        parts.feed(),
        parts.exchange(),
        took,
        measured(run),
        plan.iterations(),
        ratio);
    ratios.computeIfAbsent(name, n -> new ArrayList<>()).add(ratio);
  }

  /** Means over a run, and how far single iterations of a shape lie from their mean. */
  private static String measured(Path run) throws IOException {
    Map<String, List<Double>> computes = new HashMap<>();
    Map<String, Double> sums = new TreeMap<>();
    int iterations = 0;
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (!event.get("event").asText().equals("iteration")) {
        continue;
      }
      iterations++;
      event
          .fields()
          .forEachRemaining(
              field -> {
                if (field.getKey().matches("(wait|compute|sync|scheduling)Seconds")
                    && field.getValue().isNumber()) {
                  sums.merge(field.getKey(), 1000 * field.getValue().asDouble(), Double::sum);
                }
              });
      String shape = event.path("batch") + " " + event.path("frames") + " " + event.path("crop");
      computes
          .computeIfAbsent(shape, s -> new ArrayList<>())
          .add(event.path("computeSeconds").asDouble());
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Double> sum : sums.entrySet()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s %.1f, ",
              sum.getKey().replace("Seconds", ""),
              sum.getValue() / iterations));
    }
    double scatter = 0;
    for (List<Double> shape : computes.values()) {
      double mean = shape.stream().mapToDouble(s -> s).average().orElseThrow();
      double square =
          shape.stream().mapToDouble(s -> (s - mean) * (s - mean)).average().orElseThrow();
      scatter += shape.size() * Math.sqrt(square) / mean / iterations;
    }
    return text + String.format(Locale.ROOT, "scatter %.2f", scatter);
  }
}

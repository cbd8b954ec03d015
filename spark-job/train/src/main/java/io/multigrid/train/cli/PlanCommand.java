package io.multigrid.train.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Draft;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.train.cluster.Memory;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.forecast.Assumption;
import io.multigrid.train.forecast.Assumptions;
import io.multigrid.train.forecast.Comparison;
import io.multigrid.train.forecast.Conditions;
import io.multigrid.train.forecast.Forecast;
import io.multigrid.train.forecast.ForecastFormat;
import io.multigrid.train.forecast.Predicted;
import io.multigrid.train.forecast.Simulation;
import io.multigrid.train.forecast.SimulationFormat;
import io.multigrid.train.forecast.StepTimes;
import io.multigrid.train.forecast.StepTimesStore;
import io.multigrid.train.run.Calibration;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.SimulateSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description =
        "Lays out a schedule in full, with its cost, before anything is spent; with step times,"
            + " the hours and bytes, too.")
final class PlanCommand implements Callable<Integer> {
  private static final long KINETICS = 240_000;

  /** With a million epochs, clips and iterations of a run still fit a long. */
  private static final long MOST_VIDEOS = 1_000_000_000_000L;

  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin SettingsOptions options;

  @Option(
      names = "--dataset-size",
      paramLabel = "N",
      description =
          "training videos that iterations are counted for (default: those of --data, or 240000)")
  Long datasetSize;

  @Option(names = "--data", paramLabel = "URI", description = "prepared data set to plan for")
  String data;

  @Option(
      names = "--executors",
      paramLabel = "E",
      description = "executors to predict for, or to measure on (default: engine.executors)")
  Integer executors;

  @Option(
      names = "--step-times",
      paramLabel = "FILE",
      description = "measured step times, for hours, data rates and bytes; see docs/step-times.md")
  String stepTimes;

  @Option(
      names = "--calibrate",
      description =
          "first run a few iterations of every shape on --data, and write them to --step-times")
  boolean calibrate;

  @Option(
      names = "--rounds",
      paramLabel = "K",
      defaultValue = "5",
      description = "iterations of every shape that --calibrate counts (default: ${DEFAULT-VALUE})")
  int rounds;

  @Option(
      names = "--simulate",
      description =
          "with --step-times: simulate the executors, links, storage and losses of the settings"
              + " multigrid.simulate; see docs/simulation.md")
  boolean simulate;

  @Option(
      names = "--lr-samples",
      paramLabel = "K",
      defaultValue = "0",
      description = "learning rates an epoch in the JSON (default: none)")
  int lrSamples;

  @Option(names = "--format", defaultValue = "TABLE", description = "table or json")
  Format format;

  @Override
  public Integer call() throws IOException {
    Configuration hadoop = Sparks.hadoop();
    Locations at = Locations.of(hadoop);
    data = at.resolve("--data", data);
    stepTimes = at.resolve("--step-times", stepTimes);
    Draft draft = options.draft();
    if (executors != null && executors > 0) {
      draft.option("--executors", "engine.executors", executors.toString());
    }
    boolean forecasts = stepTimes != null || calibrate || executors != null || simulate;
    Settings settings =
        draft
            .read(forecasts ? RunSettings::forTraining : Recipe::from)
            .read(simulate ? SimulateSettings::forRecipe : all -> {})
            .also(this::check)
            .also(at::check)
            .settings();
    if (calibrate) {
      calibrate(settings);
    }
    if (data != null) {
      Dataset dataset = Dataset.open(data, hadoop);
      settings = Classes.from(settings, dataset);
      datasetSize = datasetSize == null ? Long.valueOf(dataset.size(Split.TRAIN)) : datasetSize;
    }
    Plan plan = Plan.of(Recipe.from(settings), datasetSize == null ? KINETICS : datasetSize);
    plan.warnings().forEach(w -> System.err.println("warning: " + w));
    if (stepTimes == null) {
      System.out.println(format == Format.JSON ? plan.json(lrSamples) : plan.table());
    } else {
      print(plan, settings, StepTimesStore.read(stepTimes, hadoop));
    }
    return Exit.DONE;
  }

  private void check() {
    List<Problem> problems = new ArrayList<>();
    if (executors != null && executors < 1) {
      problems.add(usage("--executors", executors, "must be at least 1"));
    }
    if (datasetSize != null && datasetSize < 1) {
      problems.add(usage("--dataset-size", datasetSize, "must be at least 1"));
    }
    if (datasetSize != null && datasetSize > MOST_VIDEOS) {
      problems.add(usage("--dataset-size", datasetSize, "must be at most " + MOST_VIDEOS));
    }
    if (rounds < 1) {
      problems.add(usage("--rounds", rounds, "must be at least 1"));
    }
    if (calibrate && (data == null || stepTimes == null)) {
      problems.add(
          new Problem(
              "command line",
              "--calibrate",
              "",
              "needs --data to read clips from and --step-times to write to",
              "give both"));
    }
    if (simulate && stepTimes == null) {
      problems.add(
          new Problem(
              "command line",
              "--simulate",
              "",
              "simulates nothing without --step-times",
              "give a file; plan --calibrate writes one"));
    }
    if (executors != null && stepTimes == null) {
      problems.add(
          new Problem(
              "command line",
              "--executors",
              executors.toString(),
              "predicts nothing without --step-times",
              "give a file; plan --calibrate writes one"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
  }

  private static Problem usage(String option, Number value, String limit) {
    return new Problem("command line", option, value.toString(), limit, "give another number");
  }

  private void calibrate(Settings settings) throws IOException {
    RunSettings some = RunSettings.from(Classes.assumed(settings));
    try (JavaSparkContext spark = Sparks.forTraining("plan", some.train(), Memory.of(some))) {
      Configuration hadoop = spark.hadoopConfiguration();
      List<StepTimes> before = StepTimesStore.readIfThere(stepTimes, hadoop);
      Dataset dataset = Dataset.open(data, hadoop);
      StepTimes measured =
          Calibration.measure(
              spark,
              RunSettings.from(Classes.from(settings, dataset)),
              dataset,
              rounds,
              text -> System.err.println("calibrating: " + text));
      StepTimesStore.write(stepTimes, hadoop, before, measured);
    }
  }

  private void print(Plan plan, Settings settings, List<StepTimes> times) throws IOException {
    TrainSettings train = TrainSettings.from(settings);
    Forecast.Cluster cluster = cluster(train, train.executors());
    Forecast forecast = Forecast.of(plan, cluster, stepTimes, times);
    Predicted<Forecast> baseline =
        baseline(plan, other -> Forecast.of(other, cluster, stepTimes, times));
    Memory memory = Memory.of(RunSettings.from(Classes.assumed(settings)));
    Optional<Simulated> simulated =
        simulate ? Optional.of(simulated(plan, settings, times)) : Optional.empty();
    if (format == Format.TABLE) {
      System.out.println(
          plan.table() + "\n\n" + ForecastFormat.table(forecast, baseline) + "\n" + text(memory));
      simulated.ifPresent(
          s -> System.out.println("\n" + SimulationFormat.table(s.own, s.others, s.assumptions)));
      return;
    }
    ObjectNode json = (ObjectNode) JSON.readTree(plan.json(lrSamples));
    ObjectNode node = ForecastFormat.json(forecast, baseline);
    node.put("heapBytes", memory.heapBytes());
    node.put("nativeBytes", memory.nativeBytes());
    json.set("forecast", node);
    simulated.ifPresent(
        s -> json.set("simulation", SimulationFormat.json(s.own, s.others, s.assumptions)));
    System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
  }

  private static Forecast.Cluster cluster(TrainSettings train, int executors) {
    return new Forecast.Cluster(
        executors,
        train.ahead().threads(),
        train.engine().compression().equals("fp16") ? Short.BYTES : Float.BYTES);
  }

  /** On the executors of the recipe, and on others. */
  private record Simulated(
      Comparison own, Map<Integer, Predicted<Comparison>> others, List<Assumption> assumptions) {}

  private Simulated simulated(Plan plan, Settings settings, List<StepTimes> times) {
    TrainSettings train = TrainSettings.from(settings);
    Conditions conditions =
        new Conditions(
            SimulateSettings.from(settings),
            train.ahead().prefetch(),
            train.checkpoints(),
            settings.recorded());
    IntFunction<Comparison> on =
        number -> comparison(plan, cluster(train, number), times, conditions);
    Comparison own = on.apply(train.executors());
    int most = plan.recipe().workers() / plan.workersPerGroup();
    boolean asked = !conditions.recorded().standard().contains("simulate.executors");
    Map<Integer, Predicted<Comparison>> others = new LinkedHashMap<>();
    for (int number : conditions.settings().executors()) {
      if (asked) {
        others.put(number, Predicted.of(on.apply(number)));
      } else if (number <= most) {
        others.put(number, Predicted.tried(() -> on.apply(number)));
      }
    }
    List<Comparison> all = new ArrayList<>(List.of(own));
    others.values().forEach(other -> other.value().ifPresent(all::add));
    return new Simulated(own, others, Assumptions.of(conditions.recorded(), stepTimes, times, all));
  }

  private Comparison comparison(
      Plan plan, Forecast.Cluster cluster, List<StepTimes> times, Conditions conditions) {
    return new Comparison(
        Simulation.of(plan, cluster, stepTimes, times, conditions),
        baseline(plan, other -> Simulation.of(other, cluster, stepTimes, times, conditions)));
  }

  private static String text(Memory memory) {
    return String.format(
        Locale.ROOT,
        "an executor needs at most %,d MB of heap and %,d MB beside it",
        memory.heapBytes() >> 20,
        memory.nativeBytes() >> 20);
  }

  /** Of the finest shape alone; nothing where that is the plan itself. */
  private static <T> Predicted<T> baseline(Plan plan, Function<Plan, T> predict) {
    Recipe recipe = plan.recipe();
    if (!recipe.cycles().longCycle() && !recipe.cycles().shortCycle()) {
      return Predicted.nothing();
    }
    return Predicted.tried(
        () -> predict.apply(Plan.of(recipe.withoutCycles(), plan.datasetSize())));
  }
}

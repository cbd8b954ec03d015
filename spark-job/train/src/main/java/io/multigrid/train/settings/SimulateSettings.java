package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a simulated cluster is like: the settings {@code simulate}.
 *
 * @param executors numbers of them that are simulated
 * @param iterations of a stage, that are simulated
 * @param spread mean of the exponential share that chance adds to an executor's steps
 * @param sideBySide executors that compute at full speed at the same time; 0 for all
 * @param storageBandwidth bytes a second for all executors together; 0 for no limit
 */
public record SimulateSettings(
    List<Integer> executors,
    int iterations,
    double spread,
    int sideBySide,
    double storageBandwidth,
    Exchange exchange,
    Losses losses) {
  /** How gradients come together and weights come back. */
  public enum Kind {
    /** Every executor has a slice of all parameters, which all others send to and ask for. */
    SLICES,
    /** An all-reduce in which every executor sends to the next one only. */
    RING
  }

  /**
   * How weights and gradients travel.
   *
   * @param bandwidth bytes a second of an executor's link, each way; 0 for no limit
   * @param measuredBandwidth the same of the links that the exchange was measured over
   * @param latency of a message
   * @param lookup that the driver takes to say where a slice is
   * @param overlap share of what travels that may run during the backward pass
   * @param backward share of a step that is its backward pass
   */
  public record Exchange(
      Kind kind,
      double bandwidth,
      double measuredBandwidth,
      Duration latency,
      Duration lookup,
      double overlap,
      double backward) {}

  /**
   * Lost executors.
   *
   * @param perHour times an hour that one executor is lost
   * @param replace from then until all compute again
   */
  public record Losses(double perHour, Duration replace) {}

  /**
   * @throws ConfigurationException listing everything that is impossible
   */
  public static SimulateSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    SimulateSettings read = read(settings.section("simulate", problems));
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return read;
  }

  /**
   * The same for the recipe that the settings describe, whose groups of workers stay together.
   *
   * @throws ConfigurationException as {@link #from}, and if executors are asked for that there is
   *     no work for
   */
  public static SimulateSettings forRecipe(Settings settings) {
    SimulateSettings read = from(settings);
    List<Problem> problems = new ArrayList<>();
    Optional<Recipe> recipe =
        ConfigurationException.collect(new ArrayList<>(), () -> Recipe.from(settings));
    Section simulate = settings.section("simulate", problems);
    if (recipe.isEmpty() || simulate.standard("executors")) {
      return read;
    }
    int workers = recipe.get().workers();
    int group = Plan.of(recipe.get(), 1).workersPerGroup();
    if (read.executors.stream().anyMatch(number -> number > workers / group)) {
      simulate.problem(
          "executors",
          "must be at most %s, as %s workers in groups of %s stay together"
              .formatted(workers / group, workers, group),
          "take fewer executors or more workers");
      throw new ConfigurationException(problems);
    }
    return read;
  }

  private static SimulateSettings read(Section simulate) {
    List<Integer> executors = simulate.integers("executors", List.of());
    if (executors.stream().anyMatch(number -> number < 1)) {
      simulate.problem("executors", "must be numbers of at least 1", "give 1 or more");
    }
    return new SimulateSettings(
        executors,
        simulate.positive("iterations"),
        simulate.naturalNumber("spread"),
        simulate.natural("side-by-side"),
        simulate.naturalNumber("storage-bandwidth"),
        new Exchange(
            simulate.choice("exchange.kind", Kind.SLICES),
            simulate.naturalNumber("exchange.bandwidth"),
            simulate.naturalNumber("exchange.measured-bandwidth"),
            simulate.duration("exchange.latency"),
            simulate.duration("exchange.lookup"),
            simulate.share("exchange.overlap"),
            simulate.share("exchange.backward")),
        new Losses(simulate.naturalNumber("losses.per-hour"), simulate.duration("losses.replace")));
  }
}

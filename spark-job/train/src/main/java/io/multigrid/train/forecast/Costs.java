package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.engine.WorkerRange;
import io.multigrid.networks.Architecture;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What steps and exchanges of a plan cost on a number of executors, by the measurement on as many
 * or the nearest. Forecast and simulation both start from here.
 */
final class Costs {
  /**
   * A shape of a stage's short cycle.
   *
   * @param index in the short cycle
   * @param iterations of the whole stage that have it; above 0
   * @param step of one group of workers that share batch normalisation
   */
  record Turn(int index, ShortShape shape, long iterations, StepTimes.Step step) {}

  private final Plan plan;
  private final Forecast.Cluster cluster;
  private final StepTimes measured;
  private final Map<Stage, List<Turn>> turns = new LinkedHashMap<>();
  private final Set<String> assumptions = new LinkedHashSet<>();

  /**
   * @param file where the times are from, for messages
   * @param times at least one measurement; that on as many executors counts, or the nearest
   * @throws ConfigurationException if there are more executors than groups of workers, or listing
   *     every shape that was not measured
   */
  Costs(Plan plan, Forecast.Cluster cluster, String file, List<StepTimes> times) {
    this.plan = plan;
    this.cluster = cluster;
    this.measured = StepTimes.nearest(times, cluster.executors());
    checkExecutors();
    if (measured.executors() != cluster.executors()) {
      assumeAlike();
    }
    Set<String> missing = new LinkedHashSet<>();
    for (Stage stage : plan.stages()) {
      if (stage.iterations() > 0) {
        turns.put(stage, turns(stage, missing));
      }
    }
    if (!missing.isEmpty()) {
      throw new ConfigurationException(
          missing.stream()
              .map(
                  shape ->
                      new Problem(
                          file,
                          "steps on " + measured.executors() + " executors",
                          "",
                          "no step of " + shape + ", which the plan has",
                          "measure again with plan --calibrate"))
              .toList());
    }
  }

  private void checkExecutors() {
    int group = plan.workersPerGroup();
    int most = plan.recipe().workers() / group;
    if (cluster.executors() > most) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "--executors",
                  String.valueOf(cluster.executors()),
                  "",
                  "must be at most %s, as %s workers in groups of %s stay together"
                      .formatted(most, plan.recipe().workers(), group),
                  "take fewer executors or more workers")));
    }
  }

  private List<Turn> turns(Stage stage, Set<String> missing) {
    List<Turn> found = new ArrayList<>();
    for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
      ShortShape shape = stage.shortCycle().get(turn);
      long iterations = stage.iterations(turn);
      if (iterations > 0) {
        int index = turn;
        step(stage, shape, missing)
            .ifPresent(step -> found.add(new Turn(index, shape, iterations, step)));
      }
    }
    return List.copyOf(found);
  }

  private Optional<StepTimes.Step> step(Stage stage, ShortShape shape, Set<String> missing) {
    int clips = plan.clipsAtOnce(stage, shape);
    Optional<StepTimes.Step> nearest = measured.nearest(clips, stage.frames(), shape.crop());
    if (nearest.isEmpty()) {
      missing.add(stage.frames() + " frames x " + shape.crop() + "^2 pixels");
    } else if (nearest.get().clips() != clips) {
      assumptions.add(
          String.format(
              Locale.ROOT,
              "a step of %d clips of %d x %d^2 takes %.4g times as long as one of %d",
              clips,
              stage.frames(),
              shape.crop(),
              (double) clips / nearest.get().clips(),
              nearest.get().clips()));
    }
    return nearest.map(step -> step.of(clips));
  }

  private void assumeAlike() {
    assumptions.add(
        "each executor computes as fast as one of the %s that were measured"
            .formatted(measured.executors()));
    assumptions.add(
        exchangeFactor() == 1
            ? "the exchange takes as long as on " + measured.executors()
            : String.format(
                Locale.ROOT,
                "the exchange takes %.4g times as long, as an executor receives so many times the bytes, over a link of its own",
                exchangeFactor()));
  }

  Plan plan() {
    return plan;
  }

  Forecast.Cluster cluster() {
    return cluster;
  }

  StepTimes measured() {
    return measured;
  }

  /** What was taken for granted, in words. */
  List<String> assumptions() {
    return List.copyOf(assumptions);
  }

  /** Stages with iterations, and the shapes that they have, in turn. */
  Map<Stage, List<Turn>> turns() {
    return turns;
  }

  /** Steps that an executor computes in an iteration, one after the other; the first has most. */
  int steps(Stage stage, int executor) {
    return WorkerRange.of(
                executor, cluster.executors(), plan.recipe().workers(), plan.workersPerGroup())
            .size()
        / stage.batchNorm().syncWorkers();
  }

  /**
   * Every executor receives all weights and gradients but its own share: 1 - 1/E of them. An
   * exchange within one executor says nothing of the network.
   */
  double exchangeFactor() {
    int executors = cluster.executors();
    return measured.executors() > 1 && executors > measured.executors()
        ? (1 - 1.0 / executors) / (1 - 1.0 / measured.executors())
        : 1;
  }

  /** What an iteration takes beside its steps. */
  double exchangeSeconds() {
    return exchangeFactor() * measured.exchangeSeconds();
  }

  /** Of all weights, or of all gradients, as they travel. */
  double parameterBytes() {
    return cluster.numberBytes() * parameters();
  }

  double parameters() {
    return Architecture.of(plan.recipe().model()).parameters().stream()
        .mapToLong(TensorInfo::count)
        .sum();
  }
}

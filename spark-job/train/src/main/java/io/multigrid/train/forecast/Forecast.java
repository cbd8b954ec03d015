package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.networks.Architecture;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import java.util.ArrayList;
import java.util.List;

/**
 * How long training takes and what it moves, start-up, evaluations and checkpoints not counted.
 *
 * @param exchangeBytes that all executors receive in an iteration: weights, and gradients
 * @param checkpointBytes of one checkpoint
 * @param assumptions what was taken for granted, in words
 */
public record Forecast(
    int executors,
    List<StageForecast> stages,
    double exchangeBytes,
    double checkpointBytes,
    List<String> assumptions) {

  /**
   * A stage.
   *
   * @param waitSeconds of its seconds, those in which the network waits for clips
   * @param pixelBytes of all its clips, as the network takes them in
   * @param storageBytes that are read for them; 0 if not known
   */
  public record StageForecast(
      int stage,
      long iterations,
      long clips,
      double seconds,
      double waitSeconds,
      double pixelBytes,
      double storageBytes) {}

  /**
   * What the cluster is.
   *
   * @param feedThreads threads of an executor that make clips
   * @param numberBytes bytes of a weight or gradient as it travels
   */
  public record Cluster(int executors, int feedThreads, int numberBytes) {}

  public double seconds() {
    return stages.stream().mapToDouble(StageForecast::seconds).sum();
  }

  public double pixelBytes() {
    return stages.stream().mapToDouble(StageForecast::pixelBytes).sum();
  }

  public double storageBytes() {
    return stages.stream().mapToDouble(StageForecast::storageBytes).sum();
  }

  public long clips() {
    return stages.stream().mapToLong(StageForecast::clips).sum();
  }

  public long iterations() {
    return stages.stream().mapToLong(StageForecast::iterations).sum();
  }

  /**
   * @param file where the times are from, for messages
   * @param times at least one measurement; that on as many executors counts, or the nearest
   * @throws ConfigurationException listing every shape that was not measured
   */
  public static Forecast of(Plan plan, Cluster cluster, String file, List<StepTimes> times) {
    return of(new Costs(plan, cluster, file, times));
  }

  static Forecast of(Costs costs) {
    Plan plan = costs.plan();
    List<StageForecast> stages = new ArrayList<>();
    costs.turns().forEach((stage, turns) -> stages.add(stage(costs, stage, turns)));
    double statistics =
        Architecture.of(plan.recipe().model()).norms().stream()
            .mapToLong(norm -> 2L * norm.channels())
            .sum();
    return new Forecast(
        costs.cluster().executors(),
        stages,
        2.0 * costs.parameterBytes() * (costs.cluster().executors() - 1),
        4 * (2 * costs.parameters() + statistics * (plan.recipe().workers() + 1)),
        costs.assumptions());
  }

  private static StageForecast stage(Costs costs, Stage stage, List<Costs.Turn> turns) {
    double seconds = 0;
    double wait = 0;
    double pixels = 0;
    double storage = 0;
    long clips = 0;
    int steps = costs.steps(stage, 0);
    for (Costs.Turn turn : turns) {
      ShortShape shape = turn.shape();
      StepTimes.Step step = turn.step();
      double compute = steps * step.seconds();
      double feed = steps * step.decodeSeconds() / costs.cluster().feedThreads();
      double waited = Math.max(0, feed - compute);
      seconds += turn.iterations() * (compute + waited + costs.exchangeSeconds());
      wait += turn.iterations() * waited;
      clips += turn.iterations() * shape.batch();
      pixels +=
          3.0 * turn.iterations() * shape.batch() * stage.frames() * shape.crop() * shape.crop();
      storage += turn.iterations() * step.storageBytes() / step.clips() * shape.batch();
    }
    return new StageForecast(
        stage.index(), stage.iterations(), clips, seconds, wait, pixels, storage);
  }
}

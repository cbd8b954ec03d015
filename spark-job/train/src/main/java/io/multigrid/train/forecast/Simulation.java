package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Stage;
import io.multigrid.train.settings.SimulateSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan's iterations, simulated on executors that differ by chance, wait for clips, exchange over
 * links and get lost; start-up, evaluations and checkpoints are not counted. The same arguments
 * give the same seconds everywhere.
 *
 * @param assumptions what was taken for granted of steps that were not measured, in words
 */
public record Simulation(int executors, List<StageTimes> stages, List<String> assumptions) {
  /**
   * A stage.
   *
   * @param parts of all its iterations
   */
  public record StageTimes(int stage, long iterations, Parts parts) {}

  public Simulation {
    stages = List.copyOf(stages);
  }

  public long iterations() {
    return stages.stream().mapToLong(StageTimes::iterations).sum();
  }

  /** Of all iterations. */
  public Parts parts() {
    return stages.stream().map(StageTimes::parts).reduce(Parts.NONE, Parts::plus);
  }

  public double seconds() {
    return parts().seconds();
  }

  /**
   * @param file where the times are from, for messages
   * @param times at least one measurement; that on as many executors counts, or the nearest
   * @throws ConfigurationException listing every shape that was not measured, if there are more
   *     executors than groups of workers, or if so many are lost that training does not end
   */
  public static Simulation of(
      Plan plan,
      Forecast.Cluster cluster,
      String file,
      List<StepTimes> times,
      Conditions conditions) {
    return new Walk(new Costs(plan, cluster, file, times), conditions).simulation();
  }

  /** One walk over the stages of a plan. */
  private static final class Walk {
    private final Costs costs;
    private final Conditions conditions;
    private final SimulateSettings settings;
    private final int executors;

    /** What an iteration takes beside steps and links. */
    private final double besideSeconds;

    private final double linkSeconds;

    /** What was measured is the time of the slowest of some executors, in the mean. */
    private final double pace;

    Walk(Costs costs, Conditions conditions) {
      this.costs = costs;
      this.conditions = conditions;
      this.settings = conditions.settings();
      this.executors = costs.cluster().executors();
      this.besideSeconds = beside();
      this.linkSeconds = Links.seconds(settings.exchange(), executors, costs.parameterBytes());
      int measured = costs.measured().executors();
      this.pace =
          crowding(executors) / crowding(measured) / (1 + settings.spread() * harmonic(measured));
    }

    /** The mean of the largest of so many exponential draws with mean 1. */
    private static double harmonic(int number) {
      double sum = 0;
      for (int k = 1; k <= number; k++) {
        sum += 1.0 / k;
      }
      return sum;
    }

    /** How much longer a step takes where executors share cores. */
    private double crowding(int number) {
      return settings.sideBySide() == 0 ? 1 : Math.max(1, (double) number / settings.sideBySide());
    }

    /** What was measured, less what the bytes took on the links that it was measured over. */
    private double beside() {
      StepTimes measured = costs.measured();
      double links =
          Links.measuredSeconds(settings.exchange(), measured.executors(), costs.parameterBytes());
      return costs.exchangeFactor() * Math.max(0, measured.exchangeSeconds() - links);
    }

    Simulation simulation() {
      List<StageTimes> stages = new ArrayList<>();
      costs
          .turns()
          .forEach(
              (stage, turns) ->
                  stages.add(
                      new StageTimes(stage.index(), stage.iterations(), parts(stage, turns))));
      double run = stages.stream().mapToDouble(stage -> stage.parts().seconds()).sum();
      Losses losses = new Losses(executors, conditions);
      stages.replaceAll(
          stage -> {
            double seconds = stage.parts().seconds();
            double share = losses.perSecond(seconds / stage.iterations(), run);
            return new StageTimes(
                stage.stage(), stage.iterations(), stage.parts().withLoss(share * seconds));
          });
      return new Simulation(executors, stages, costs.assumptions());
    }

    /** The first iterations of a stage, scaled to all of them, shape by shape. */
    private Parts parts(Stage stage, List<Costs.Turn> turns) {
      Map<Integer, Costs.Turn> byIndex = new HashMap<>();
      turns.forEach(turn -> byIndex.put(turn.index(), turn));
      long counted =
          Math.min(stage.iterations(), Math.max(settings.iterations(), stage.shortCycle().size()));
      Parts[] sums = new Parts[stage.shortCycle().size()];
      int[] numbers = new int[sums.length];
      FeedQueue[] queues = new FeedQueue[executors];
      for (int executor = 0; executor < executors; executor++) {
        queues[executor] = new FeedQueue(conditions.prefetch());
      }
      double now = 0;
      for (long iteration = 0; iteration < counted; iteration++) {
        long inEpoch = iteration % stage.iterationsPerEpoch();
        int turn = (int) (inEpoch % sums.length);
        Parts parts = iteration(stage, byIndex.get(turn).step(), iteration, now, queues);
        now += parts.seconds();
        sums[turn] = numbers[turn]++ == 0 ? parts : sums[turn].plus(parts);
      }
      Parts all = Parts.NONE;
      for (Costs.Turn turn : turns) {
        double factor = (double) turn.iterations() / numbers[turn.index()];
        all = all.plus(sums[turn.index()].times(factor));
      }
      return all;
    }

    /**
     * From the moment that all executors have the weights to the moment that they have new ones.
     */
    private Parts iteration(
        Stage stage, StepTimes.Step step, long iteration, double now, FeedQueue[] queues) {
      double making = making(step);
      double computes = 0;
      double waits = 0;
      double last = 0;
      for (int executor = 0; executor < executors; executor++) {
        double seconds = step.seconds() * pace * luck(stage, iteration, executor);
        int steps = costs.steps(stage, executor);
        double wait = 0;
        for (int k = 0; k < steps; k++) {
          double asked = now + wait + k * seconds;
          wait += queues[executor].take(asked, making) - asked;
        }
        computes += steps * seconds;
        waits += wait;
        last = Math.max(last, steps * seconds + wait);
      }
      double meanStep = step.seconds() * pace * (1 + settings.spread());
      double hideable = settings.exchange().backward() * meanStep;
      double hidden = Math.min(settings.exchange().overlap() * linkSeconds, hideable);
      double slowest = Math.max(0, last - (computes + waits) / executors);
      return new Parts(
          computes / executors,
          slowest,
          waits / executors,
          besideSeconds + linkSeconds - hidden,
          0);
    }

    /** Threads decode, and the executor's share of the storage's bandwidth is read meanwhile. */
    private double making(StepTimes.Step step) {
      double decode = step.decodeSeconds() / costs.cluster().feedThreads();
      double bandwidth = settings.storageBandwidth();
      return bandwidth == 0
          ? decode
          : Math.max(decode, step.storageBytes() * executors / bandwidth);
    }

    /** What chance makes of an executor's steps of an iteration, in those of the fastest. */
    private double luck(Stage stage, long iteration, int executor) {
      Draws draws = Draws.of(costs.plan().recipe().seed(), stage.index(), iteration, executor, 0);
      return 1 - settings.spread() * Math.log1p(-draws.uniform(0));
    }
  }
}

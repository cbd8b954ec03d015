package io.multigrid.train.forecast;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.engine.WorkerRange;
import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
    StepTimes measured = StepTimes.nearest(times, cluster.executors);
    int group = plan.workersPerGroup();
    int most = plan.recipe().workers() / group;
    if (cluster.executors > most) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  "--executors",
                  String.valueOf(cluster.executors),
                  "",
                  "must be at most %s, as %s workers in groups of %s stay together"
                      .formatted(most, plan.recipe().workers(), group),
                  "take fewer executors or more workers")));
    }
    return new Walk(plan, cluster, file, measured).forecast();
  }

  /** One walk over the shapes of a plan. */
  private static final class Walk {
    private final Plan plan;
    private final Cluster cluster;
    private final String file;
    private final StepTimes measured;
    private final double exchangeSeconds;
    private final Set<String> assumptions = new LinkedHashSet<>();
    private final Set<String> missing = new LinkedHashSet<>();

    Walk(Plan plan, Cluster cluster, String file, StepTimes measured) {
      this.plan = plan;
      this.cluster = cluster;
      this.file = file;
      this.measured = measured;
      this.exchangeSeconds = exchange();
    }

    Forecast forecast() {
      List<StageForecast> stages =
          plan.stages().stream().filter(s -> s.iterations() > 0).map(this::stage).toList();
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
      Model model = plan.recipe().model();
      Architecture net = Architecture.of(model);
      double parameters = net.parameters().stream().mapToLong(TensorInfo::count).sum();
      double statistics = net.norms().stream().mapToLong(norm -> 2L * norm.channels()).sum();
      return new Forecast(
          cluster.executors,
          stages,
          2.0 * cluster.numberBytes * parameters * (cluster.executors - 1),
          4 * (2 * parameters + statistics * (plan.recipe().workers() + 1)),
          List.copyOf(assumptions));
    }

    private StageForecast stage(Stage stage) {
      double seconds = 0;
      double wait = 0;
      double pixels = 0;
      double storage = 0;
      long clips = 0;
      List<ShortShape> cycle = stage.shortCycle();
      for (int turn = 0; turn < cycle.size(); turn++) {
        ShortShape shape = cycle.get(turn);
        long iterations = stage.iterations(turn);
        int workers = stage.batchNorm().syncWorkers();
        int stepClips = shape.batch() / plan.recipe().workers() * workers;
        Optional<StepTimes.Step> step =
            iterations == 0 ? Optional.empty() : step(stage, shape, stepClips);
        if (step.isEmpty()) {
          continue;
        }
        double steps = (double) busiest() / workers;
        double compute = steps * step.get().seconds();
        double feed = steps * step.get().decodeSeconds() / cluster.feedThreads;
        double waited = Math.max(0, feed - compute);
        seconds += iterations * (compute + waited + exchangeSeconds);
        wait += iterations * waited;
        clips += iterations * shape.batch();
        pixels += 3.0 * iterations * shape.batch() * stage.frames() * shape.crop() * shape.crop();
        storage += iterations * step.get().storageBytes() / stepClips * shape.batch();
      }
      return new StageForecast(
          stage.index(), stage.iterations(), clips, seconds, wait, pixels, storage);
    }

    private Optional<StepTimes.Step> step(Stage stage, ShortShape shape, int clips) {
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

    /** Workers of the executor that has most of them. */
    private int busiest() {
      return WorkerRange.of(0, cluster.executors, plan.recipe().workers(), plan.workersPerGroup())
          .size();
    }

    /**
     * Every executor receives all weights and gradients but its own share: 1 - 1/E of them. An
     * exchange within one executor says nothing of the network.
     */
    private double exchange() {
      if (measured.executors() == cluster.executors) {
        return measured.exchangeSeconds();
      }
      double factor = 1;
      if (measured.executors() > 1 && cluster.executors > measured.executors()) {
        factor = (1 - 1.0 / cluster.executors) / (1 - 1.0 / measured.executors());
      }
      assumptions.add(
          "each of %s executors computes as fast as one of the %s that were measured"
              .formatted(cluster.executors, measured.executors()));
      assumptions.add(
          factor == 1
              ? "the exchange takes as long as on " + measured.executors()
              : String.format(
                  Locale.ROOT,
                  "the exchange takes %.4g times as long, as an executor receives so many times the bytes, over a link of its own",
                  factor));
      return factor * measured.exchangeSeconds();
    }
  }
}

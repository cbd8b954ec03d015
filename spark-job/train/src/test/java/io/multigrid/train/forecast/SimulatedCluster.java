package io.multigrid.train.forecast;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import io.multigrid.train.settings.SimulateSettings;
import io.multigrid.train.settings.TrainSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Settings of a cluster on which nothing takes time but steps, and simulations there. */
final class SimulatedCluster {
  static final List<String> IDEAL =
      List.of(
          "cycles.bn-group=2",
          "simulate.spread=0",
          "simulate.exchange.bandwidth=0",
          "simulate.exchange.latency=0",
          "simulate.exchange.lookup=0");

  private SimulatedCluster() {}

  /** 4 workers of 2 clips; the finest shape is 4 x 32^2. */
  static Settings settings(String... sets) {
    List<String> all = new ArrayList<>(IDEAL);
    all.addAll(Arrays.asList(sets));
    return TinyData.settings(all.toArray(String[]::new));
  }

  /** The same without cycles: 16 iterations of 8 clips from 16 videos, of 2 clips a step. */
  static Settings flat(String... sets) {
    return settings(sets).with("cycles.long", false).with("cycles.short", false);
  }

  static Plan plan(Settings settings) {
    return Plan.of(Recipe.from(settings), 16);
  }

  static Forecast.Cluster cluster(Settings settings, int executors) {
    return new Forecast.Cluster(executors, TrainSettings.from(settings).ahead().threads(), 4);
  }

  static Conditions conditions(Settings settings) {
    TrainSettings train = TrainSettings.from(settings);
    return new Conditions(
        SimulateSettings.from(settings),
        train.ahead().prefetch(),
        train.checkpoints(),
        settings.recorded());
  }

  static Simulation simulation(Settings settings, int executors, StepTimes... times) {
    return Simulation.of(
        plan(settings),
        cluster(settings, executors),
        "t.json",
        List.of(times),
        conditions(settings));
  }

  static Parts iteration(Settings settings, int executors, StepTimes... times) {
    Simulation simulation = simulation(settings, executors, times);
    return simulation.parts().times(1.0 / simulation.iterations());
  }

  /** Steps of 2 clips of 4 x 32^2, 1000 bytes a clip; 0.1 s beside. */
  static StepTimes times(int executors, double seconds, double decodeSeconds) {
    return new StepTimes(
        executors, 0.1, List.of(new StepTimes.Step(2, 4, 32, seconds, decodeSeconds, 2000)));
  }
}

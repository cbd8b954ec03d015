package io.multigrid.train.forecast;

import static io.multigrid.train.forecast.SimulatedCluster.cluster;
import static io.multigrid.train.forecast.SimulatedCluster.flat;
import static io.multigrid.train.forecast.SimulatedCluster.plan;
import static io.multigrid.train.forecast.SimulatedCluster.simulation;
import static io.multigrid.train.forecast.SimulatedCluster.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import io.multigrid.train.settings.SimulateSettings.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** What holds of every simulation. */
class SimulationPropertyTest {
  private static final double ROUNDING = 1 + 1e-12;

  /**
   * How steps were measured, and how the exchange travels.
   *
   * @param bandwidth bytes a second of the links that were measured over; 0 for none
   */
  private record Calibrated(int executors, double bandwidth, Kind kind) {
    Settings settings(String... sets) {
      return flat(sets)
          .with("simulate.exchange.measured-bandwidth", bandwidth)
          .with("simulate.exchange.kind", kind.name().toLowerCase(Locale.ROOT));
    }

    double simulated(Settings settings, int simulatedExecutors, double decode) {
      return simulation(settings, simulatedExecutors, times(executors, 0.5, decode)).seconds();
    }
  }

  @Provide
  Arbitrary<Calibrated> calibrated() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 8),
            Arbitraries.oneOf(
                Arbitraries.just(0.0),
                Arbitraries.doubles().between(6.5, 9).map(power -> Math.pow(10, power))),
            Arbitraries.of(Kind.class))
        .as(Calibrated::new);
  }

  /** With both cycles, shapes of any cost, measured on any number, clips made in time. */
  @Property(seed = "1", tries = 40)
  void whereNothingIsLeftToChanceOrLinksItIsTheForecast(
      @ForAll @IntRange(min = 1, max = 4) int executors,
      @ForAll @IntRange(min = 1, max = 4) int measuredOn,
      @ForAll long seed) {
    Settings settings = SimulatedCluster.settings();
    Plan plan = plan(settings);
    SplittableRandom random = new SplittableRandom(seed);
    List<StepTimes.Step> steps = new ArrayList<>();
    for (Stage stage : plan.stages()) {
      for (ShortShape shape : stage.shortCycle()) {
        double seconds = 0.5 + random.nextDouble();
        steps.add(new StepTimes.Step(2, stage.frames(), shape.crop(), seconds, 0.1, 1));
      }
    }
    List<StepTimes> times = List.of(new StepTimes(measuredOn, 0.1 * random.nextDouble(), steps));
    Forecast forecast = Forecast.of(plan, cluster(settings, executors), "t.json", times);
    Simulation simulation = simulation(settings, executors, times.get(0));
    assertThat(simulation.stages()).hasSameSizeAs(forecast.stages());
    for (int i = 0; i < forecast.stages().size(); i++) {
      double expected = forecast.stages().get(i).seconds();
      assertThat(simulation.stages().get(i).parts().seconds())
          .isCloseTo(expected, within(1e-12 * expected));
    }
  }

  @Property(seed = "2", tries = 40)
  void moreBandwidthIsNeverSlower(
      @ForAll("calibrated") Calibrated calibrated,
      @ForAll @IntRange(min = 1, max = 4) int executors,
      @ForAll @DoubleRange(min = 1e4, max = 1e8) double bandwidth,
      @ForAll @DoubleRange(min = 1, max = 100) double factor,
      @ForAll @DoubleRange(max = 2) double decode,
      @ForAll @DoubleRange(max = 1) double overlap) {
    Settings settings =
        calibrated.settings("simulate.spread=0.3", "simulate.exchange.overlap=" + overlap);
    for (String link : List.of("simulate.exchange.bandwidth", "simulate.storage-bandwidth")) {
      double slow = calibrated.simulated(settings.with(link, bandwidth), executors, decode);
      double fast =
          calibrated.simulated(settings.with(link, bandwidth * factor), executors, decode);
      double infinite = calibrated.simulated(settings.with(link, 0), executors, decode);
      assertThat(fast).isLessThanOrEqualTo(slow * ROUNDING);
      assertThat(infinite).isLessThanOrEqualTo(fast * ROUNDING);
    }
  }

  @Property(seed = "3", tries = 40)
  void whatTakesLongerNeverEndsEarlier(
      @ForAll("calibrated") Calibrated calibrated,
      @ForAll @IntRange(min = 1, max = 4) int executors,
      @ForAll @DoubleRange(max = 1) double decode,
      @ForAll @DoubleRange(max = 1) double latency,
      @ForAll @DoubleRange(max = 1) double perHour,
      @ForAll @DoubleRange(max = 100) double replace) {
    Settings settings = calibrated.settings("simulate.spread=0.3", "checkpoint.every-iterations=4");
    Settings slower = settings.with("simulate.exchange.latency", latency);
    Settings asking = slower.with("simulate.exchange.lookup", latency);
    Settings losing =
        asking.with("simulate.losses.per-hour", perHour).with("simulate.losses.replace", replace);
    double before = 0;
    for (Settings longer : List.of(settings, slower, asking, losing)) {
      double seconds = calibrated.simulated(longer, executors, decode);
      assertThat(seconds).isGreaterThanOrEqualTo(before / ROUNDING);
      before = seconds;
    }
    assertThat(calibrated.simulated(losing.with("feed.threads", 2), executors, decode))
        .isLessThanOrEqualTo(before * ROUNDING);
    assertThat(calibrated.simulated(losing.with("feed.prefetch", 4), executors, decode))
        .isLessThanOrEqualTo(before * ROUNDING);
  }

  @Property(seed = "4", tries = 20)
  void oneExecutorHasNoLinks(
      @ForAll("calibrated") Calibrated calibrated,
      @ForAll @DoubleRange(min = 1, max = 1e8) double bandwidth,
      @ForAll @DoubleRange(max = 10) double latency,
      @ForAll @DoubleRange(max = 1) double overlap) {
    Settings settings =
        calibrated
            .settings("simulate.exchange.overlap=" + overlap)
            .with("simulate.exchange.bandwidth", bandwidth)
            .with("simulate.exchange.lookup", latency)
            .with("simulate.exchange.latency", latency);
    assertThat(calibrated.simulated(settings, 1, 0))
        .isEqualTo(calibrated.simulated(calibrated.settings(), 1, 0));
  }
}

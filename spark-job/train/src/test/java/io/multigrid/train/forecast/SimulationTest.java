package io.multigrid.train.forecast;

import static io.multigrid.train.forecast.SimulatedCluster.flat;
import static io.multigrid.train.forecast.SimulatedCluster.iteration;
import static io.multigrid.train.forecast.SimulatedCluster.simulation;
import static io.multigrid.train.forecast.SimulatedCluster.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Settings;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By hand: 16 iterations, of 4 / E steps of 2 clips on each of E executors. */
class SimulationTest {
  private static final Offset<Double> EXACT = within(1e-9);

  @Test
  void stepsAndExchangeAddUp() {
    Simulation simulation = simulation(flat(), 2, times(2, 0.5, 0));
    assertThat(simulation.iterations()).isEqualTo(16);
    assertThat(simulation.parts().compute()).isCloseTo(16 * 2 * 0.5, EXACT);
    assertThat(simulation.parts().exchange()).isCloseTo(16 * 0.1, EXACT);
    assertThat(simulation.seconds()).isCloseTo(16 * 1.1, EXACT);
  }

  /** Three executors for four workers: the first has two steps, the others wait for it. */
  @Test
  void executorsWithLessToDoWait() {
    Parts parts = iteration(flat(), 3, times(3, 0.6, 0));
    assertThat(parts.compute()).isCloseTo(0.8, EXACT);
    assertThat(parts.slowest()).isCloseTo(0.4, EXACT);
  }

  /**
   * Of 20 and of 12 batches of 0.9 s, in two stages, the first is there and the last is computed:
   * exchanges cost nothing else.
   */
  @Test
  void theFeedSetsThePaceWhereItIsSlower() {
    Parts parts = iteration(flat(), 2, times(2, 0.5, 0.9));
    assertThat(parts.seconds()).isCloseTo((30 * 0.9 + 2 * 0.6) / 16, EXACT);
    assertThat(parts.feed()).isCloseTo((30 * 0.9 + 2 * 0.6) / 16 - 1.1, EXACT);
    Parts threads = iteration(flat("feed.threads=2"), 2, times(2, 0.5, 0.9));
    assertThat(threads.feed()).isZero();
  }

  /** Two executors read 2000 bytes a step each: at 4000 a second for both that is 1 s. */
  @Test
  void storageIsShared() {
    Settings settings = flat("simulate.storage-bandwidth=4000");
    assertThat(iteration(settings, 2, times(2, 0.5, 0.9)).seconds())
        .isCloseTo((30 * 1 + 2 * 0.6) / 16, EXACT);
    assertThat(iteration(settings, 1, times(1, 0.5, 0.9)).seconds())
        .isCloseTo((62 * 0.9 + 2 * 0.6) / 16, EXACT);
  }

  /** The slowest of two executors was measured; that of four has more chances to be slow. */
  @Test
  void theMoreExecutorsTheSlowerTheSlowest() {
    Settings settings =
        flat("simulate.spread=0.2", "solver.epochs=2000", "simulate.iterations=4000");
    double two = iteration(settings, 2, times(2, 0.5, 0)).seconds();
    assertThat(two).isCloseTo(2 * 0.5 + 0.1, within(0.01));
    double four = iteration(settings, 4, times(2, 0.5, 0)).seconds();
    double harmonic = (1 + 0.2 * (1 + 1 / 2.0 + 1 / 3.0 + 1 / 4.0)) / (1 + 0.2 * (1 + 1 / 2.0));
    assertThat(four).isCloseTo(0.5 * harmonic + 0.1 * 0.75 / 0.5, within(0.005));
  }

  @Test
  void executorsThatShareCoresAreSlower() {
    Settings settings = flat("simulate.side-by-side=2");
    assertThat(iteration(settings, 2, times(1, 0.5, 0)).compute()).isCloseTo(1.0, EXACT);
    assertThat(iteration(settings, 4, times(1, 0.5, 0)).compute()).isCloseTo(1.0, EXACT);
    assertThat(iteration(settings, 4, times(4, 0.5, 0)).compute()).isCloseTo(0.5, EXACT);
  }

  /**
   * Of the two messages of a ring of two, 0.1 s together, 0.9, or the backward pass: 0.1 of a step,
   * 0.5 s in the mean. Beside them is the 0.1 s that was measured.
   */
  @Test
  void theBackwardPassHidesPartOfWhatTravels() {
    String[] ring = {
      "simulate.exchange.kind=ring",
      "simulate.exchange.latency=0.05",
      "simulate.exchange.overlap=90%"
    };
    Settings share = flat(ring);
    assertThat(iteration(share, 2, times(2, 0.5, 0)).exchange()).isCloseTo(0.11, EXACT);
    assertThat(iteration(share, 1, times(2, 0.5, 0)).exchange()).isCloseTo(0.1, EXACT);
    Settings small = share.with("simulate.exchange.backward", 0.1);
    assertThat(iteration(small, 2, times(2, 0.5, 0)).exchange()).isCloseTo(0.15, EXACT);
    Settings spread = small.with("simulate.spread", 0.2);
    assertThat(iteration(spread, 2, times(1, 0.6, 0)).exchange()).isCloseTo(0.14, EXACT);
  }

  /** What the simulated links take is not what the measured ones took. */
  @ParameterizedTest
  @CsvSource({"slices, 2, 4, 1.25e7", "ring, 8, 2, 1.25e7", "slices, 8, 1, 0"})
  void slowerLinksAreNeverFaster(String kind, int measuredOn, int executors, double measured) {
    Settings settings =
        flat("simulate.exchange.kind=" + kind)
            .with("simulate.exchange.bandwidth", 1.25e7)
            .with("simulate.exchange.measured-bandwidth", measured)
            .with("simulate.exchange.lookup", 0.0001);
    StepTimes times = times(measuredOn, 0.5, 0);
    double before = 0;
    for (double latency : new double[] {0, 0.001, 0.01, 0.1}) {
      Settings links = settings.with("simulate.exchange.latency", latency);
      double exchange = iteration(links, executors, times).exchange();
      assertThat(exchange).isGreaterThanOrEqualTo(before);
      before = exchange;
    }
    Settings lookups = settings.with("simulate.exchange.lookup", 0.1);
    assertThat(iteration(lookups, executors, times).exchange())
        .isGreaterThanOrEqualTo(iteration(settings, executors, times).exchange());
  }

  /** Over links like those that were measured, without latency, the exchange takes what it took. */
  @Test
  void linksThatWereMeasuredDoNotCountTwice() {
    Settings same =
        flat("simulate.exchange.bandwidth=1e8", "simulate.exchange.measured-bandwidth=1e8");
    assertThat(iteration(same, 2, times(2, 0.5, 0)).exchange()).isCloseTo(0.1, EXACT);
    Settings added = flat("simulate.exchange.bandwidth=1e8");
    assertThat(iteration(added, 2, times(2, 0.5, 0)).exchange()).isGreaterThan(0.1 + 1e-5);
  }

  @Test
  void onlySomeIterationsOfAStageAreSimulatedAndScaled() {
    Settings all = flat("simulate.spread=0.1", "solver.epochs=400", "simulate.iterations=800");
    Settings some = flat("simulate.spread=0.1", "solver.epochs=400", "simulate.iterations=200");
    Simulation whole = simulation(all, 4, times(4, 0.5, 0));
    Simulation scaled = simulation(some, 4, times(4, 0.5, 0));
    assertThat(scaled.iterations()).isEqualTo(whole.iterations()).isEqualTo(800);
    assertThat(scaled.seconds())
        .isNotEqualTo(whole.seconds())
        .isCloseTo(whole.seconds(), within(0.01 * whole.seconds()));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    Settings settings = flat("simulate.spread=0.1");
    Simulation first = simulation(settings, 4, times(4, 0.5, 0));
    assertThat(simulation(settings, 4, times(4, 0.5, 0))).isEqualTo(first);
    assertThat(simulation(flat("simulate.spread=0.1", "seed=2"), 4, times(4, 0.5, 0)))
        .isNotEqualTo(first);
  }

  @Test
  void trainingThatLosesTooManyExecutorsDoesNotEnd() {
    Settings settings = flat("simulate.losses.per-hour=100000", "checkpoint.every-iterations=0");
    assertThatThrownBy(() -> simulation(settings, 2, times(2, 0.5, 0)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "--set: multigrid.simulate.losses.per-hour = 100000: must be at most 2040 for 2"
                + " executors to get from one checkpoint to the next, which takes 18 s; lose"
                + " fewer, or set checkpoint.every-minutes");
  }
}

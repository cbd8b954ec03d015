package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.train.settings.SimulateSettings.Exchange;
import io.multigrid.train.settings.SimulateSettings.Kind;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LinksTest {
  private static Exchange exchange(
      Kind kind, double bandwidth, int latencyMillis, int lookupMicros) {
    return new Exchange(
        kind,
        bandwidth,
        0,
        Duration.ofMillis(latencyMillis),
        Duration.ofNanos(1000L * lookupMicros),
        0,
        0);
  }

  @ParameterizedTest
  @CsvSource({"2, 1.0", "4, 1.5", "128, 1.984375"})
  void bothKindsMoveTheSameShareOfTheBytes(int executors, double share) {
    for (Kind kind : Kind.values()) {
      assertThat(Links.seconds(exchange(kind, 1e6, 0, 0), executors, 3e6))
          .isCloseTo(share * 3, within(1e-12));
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0.002", "4, 0.006", "128, 0.254"})
  void aRingHasAMessageAStep(int executors, double seconds) {
    assertThat(Links.seconds(exchange(Kind.RING, 0, 1, 1000), executors, 1e6))
        .isCloseTo(seconds, within(1e-12));
  }

  /** Two question and answer pairs for four slices at a time, twice; the driver's one by one. */
  @ParameterizedTest
  @CsvSource({"2, 0.008, 0.00004", "5, 0.008, 0.0004", "6, 0.016, 0.0006", "128, 0.256, 0.32512"})
  void slicesAreAskedFor(int executors, double latency, double lookups) {
    assertThat(Links.seconds(exchange(Kind.SLICES, 0, 1, 0), executors, 1e6))
        .isCloseTo(latency, within(1e-12));
    assertThat(Links.seconds(exchange(Kind.SLICES, 0, 0, 10), executors, 1e6))
        .isCloseTo(lookups, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void oneExecutorHasNoExchange(Kind kind) {
    assertThat(Links.seconds(exchange(kind, 1, 1000, 1000), 1, 1e9)).isZero();
  }

  /** Latency and lookup are those of the simulated links. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void ofTheMeasuredLinksOnlyTheBandwidthIsKnown(Kind kind) {
    assertThat(Links.measuredSeconds(exchange(kind, 1, 1000, 1000), 4, 1e9)).isZero();
    Duration second = Duration.ofSeconds(1);
    Exchange linked = new Exchange(kind, 1, 1e6, second, second, 0, 0);
    assertThat(Links.measuredSeconds(linked, 4, 3e6)).isCloseTo(1.5 * 3, within(1e-12));
  }
}

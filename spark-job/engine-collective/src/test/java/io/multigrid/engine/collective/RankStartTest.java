package io.multigrid.engine.collective;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankStartTest {
  @ParameterizedTest
  @CsvSource({"10.0.0.7, 10.0.0.7", "node-7, node-7", "[2001:db8::5], 2001:db8::5"})
  void hostsAreNamedAsTheSystemTakesThem(String spark, String bare) {
    assertThat(RankStart.bare(spark)).isEqualTo(bare);
  }
}

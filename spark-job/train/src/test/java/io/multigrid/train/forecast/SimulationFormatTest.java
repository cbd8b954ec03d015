package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@code golden/simulation.txt} is what people see. */
class SimulationFormatTest {
  private static final StepTimes TIMES = SimulatedCluster.times(2, 0.5, 0);

  private static Simulation simulation(int executors, double compute) {
    return new Simulation(
        executors,
        List.of(
            new Simulation.StageTimes(0, 1000, new Parts(1000 * compute, 50, 0, 250, 12.5)),
            new Simulation.StageTimes(2, 4000, new Parts(4000 * compute, 200, 8, 1000, 50))),
        List.of("something"));
  }

  private static Comparison comparison(int executors) {
    return new Comparison(simulation(executors, 0.5), Optional.of(simulation(executors, 2)));
  }

  private static List<Assumption> assumptions() {
    Settings settings = SimulatedCluster.flat("simulate.losses.per-hour=0.001");
    return Assumptions.of(settings.recorded(), "t.json", TIMES, simulation(4, 0.5));
  }

  @Test
  void peopleSeeStagesCountsAndAssumptions() throws IOException {
    String text =
        SimulationFormat.table(
            comparison(4),
            List.of(new Comparison(simulation(1, 0.5), Optional.empty()), comparison(4)),
            assumptions());
    try (InputStream golden =
        SimulationFormatTest.class.getResourceAsStream("/golden/simulation.txt")) {
      assertThat(text + "\n").isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void programsSeeTheSame() {
    JsonNode json = SimulationFormat.json(comparison(4), List.of(comparison(2)), assumptions());
    assertThat(json.get("executors").asInt()).isEqualTo(4);
    JsonNode multigrid = json.get("multigrid");
    assertThat(multigrid.get("iterations").asLong()).isEqualTo(5000);
    assertThat(multigrid.get("seconds").asDouble()).isEqualTo(2500 + 250 + 8 + 1250 + 62.5);
    assertThat(multigrid.get("stages").get(1).get("index").asInt()).isEqualTo(2);
    assertThat(multigrid.get("stages").get(1).get("parts").get("exchange").asDouble())
        .isEqualTo(0.25);
    assertThat(json.get("ratio").asDouble()).isEqualTo((10_000 + 1570.5) / (2500 + 1570.5));
    assertThat(json.get("others").get(0).get("executors").asInt()).isEqualTo(2);
    assertThat(json.get("assumptions").get(0).get("from").asText()).isEqualTo("t.json");
  }
}

package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@code golden/simulation.txt} is what people see. */
class SimulationFormatTest {
  private static final StepTimes TIMES = SimulatedCluster.times(2, 0.5, 0);

  private static Simulation simulation(int executors, double compute, String... assumptions) {
    return new Simulation(
        executors,
        List.of(
            new Simulation.StageTimes(0, 1000, new Parts(1000 * compute, 50, 0, 250, 12.5)),
            new Simulation.StageTimes(2, 4000, new Parts(4000 * compute, 200, 8, 1000, 50))),
        List.of(assumptions));
  }

  private static Comparison comparison(int executors) {
    return new Comparison(
        simulation(executors, 0.5, "something"),
        Predicted.of(simulation(executors, 2, "something", "something of the baseline")));
  }

  private static Comparison alone() {
    return new Comparison(
        simulation(1, 0.5, "something", "something of one alone"), missing("no such step"));
  }

  private static <T> Predicted<T> missing(String reason) {
    return new Predicted<>(Optional.empty(), Optional.of(reason));
  }

  /** On 1 executor another measurement counts than on 4. */
  private static List<Assumption> assumptions() {
    Settings settings = SimulatedCluster.flat("simulate.losses.per-hour=0.001");
    return Assumptions.of(
        settings.recorded(),
        "t.json",
        List.of(TIMES, SimulatedCluster.times(1, 0.4, 0.1)),
        List.of(comparison(4), alone(), comparison(4)));
  }

  @Test
  void peopleSeeStagesCountsAndAssumptions() throws IOException {
    Map<Integer, Predicted<Comparison>> others = new TreeMap<>();
    others.put(1, Predicted.of(alone()));
    others.put(2, missing("too many are lost"));
    others.put(4, Predicted.of(comparison(4)));
    String text = SimulationFormat.table(comparison(4), others, assumptions());
    try (InputStream golden =
        SimulationFormatTest.class.getResourceAsStream("/golden/simulation.txt")) {
      assertThat(text + "\n").isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void whyThereIsNoBaselineIsSaid() {
    Comparison own = alone();
    assertThat(SimulationFormat.table(own, Map.of(), List.of()))
        .contains("\nno baseline: no such step\n")
        .doesNotContain("times as long");
    assertThat(SimulationFormat.json(own, Map.of(), List.of()).get("baselineMissing").asText())
        .isEqualTo("no such step");
    Forecast forecast = new Forecast(1, List.of(), 0, 0, List.of());
    assertThat(ForecastFormat.table(forecast, missing("no such step")))
        .contains("\nno baseline: no such step\n");
    assertThat(ForecastFormat.json(forecast, missing("no such step")).get("baselineMissing"))
        .hasToString("\"no such step\"");
  }

  @Test
  void programsSeeTheSame() {
    Map<Integer, Predicted<Comparison>> others = new TreeMap<>();
    others.put(2, Predicted.of(comparison(2)));
    others.put(3, missing("too many are lost"));
    JsonNode json = SimulationFormat.json(comparison(4), others, assumptions());
    assertThat(json.get("executors").asInt()).isEqualTo(4);
    JsonNode multigrid = json.get("multigrid");
    assertThat(multigrid.get("iterations").asLong()).isEqualTo(5000);
    assertThat(multigrid.get("seconds").asDouble()).isEqualTo(2500 + 250 + 8 + 1250 + 62.5);
    assertThat(multigrid.get("stages").get(1).get("index").asInt()).isEqualTo(2);
    assertThat(multigrid.get("stages").get(1).get("parts").get("exchange").asDouble())
        .isEqualTo(0.25);
    assertThat(json.get("ratio").asDouble()).isEqualTo((10_000 + 1570.5) / (2500 + 1570.5));
    assertThat(json.get("others").get(0).get("executors").asInt()).isEqualTo(2);
    assertThat(json.get("others").get(1).get("executors").asInt()).isEqualTo(3);
    assertThat(json.get("others").get(1).get("missing").asText()).isEqualTo("too many are lost");
    assertThat(json.get("assumptions").get(0).get("from").asText()).isEqualTo("t.json");
    assertThat(json.get("assumptions").get(0).get("executors").get(0).asInt()).isEqualTo(4);
  }
}

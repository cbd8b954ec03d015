package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;

/** What a plan's JSON says is the plan. */
@Domain(AnyRecipe.class)
class PlanFormatPropertyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(seed = "1", tries = 60)
  void jsonSaysWhatThePlanIs(@ForAll Recipe recipe, @ForAll long videos)
      throws JsonProcessingException {
    Plan plan = Plan.of(recipe, videos);
    JsonNode json = JSON.readTree(plan.json(2));
    assertThat(json.get("epochs").asInt()).isEqualTo(plan.epochs());
    assertThat(json.get("baselineEpochs").asInt()).isEqualTo(recipe.solver().epochs());
    assertThat(json.get("iterations").asLong()).isEqualTo(plan.iterations());
    assertThat(json.get("clips").asLong()).isEqualTo(plan.clips());
    assertThat(json.get("stages")).hasSize(plan.stages().size());
    for (Stage stage : plan.stages()) {
      check(plan, stage, json.get("stages").get(stage.index()));
    }
    assertThat(json.get("learningRates")).hasSize(2 * plan.epochs());
    json.get("learningRates")
        .forEach(
            rate ->
                assertThat(rate.get(1).asDouble())
                    .isEqualTo(plan.learningRate(rate.get(0).asDouble())));
    assertThat(json.get("warnings")).hasSize(plan.warnings().size());
  }

  private static void check(Plan plan, Stage stage, JsonNode json) {
    BatchNorm.Kind kind =
        BatchNorm.Kind.valueOf(json.at("/batchNorm/kind").asText().toUpperCase(Locale.ROOT));
    BatchNorm norm =
        new BatchNorm(
            kind, json.at("/batchNorm/splits").asInt(), json.at("/batchNorm/syncWorkers").asInt());
    Stage read =
        new Stage(
            json.get("index").asInt(),
            json.get("step").asInt(),
            json.get("batchFactor").asInt(),
            new Shape(
                json.get("batch").asInt(),
                json.get("frames").asInt(),
                json.get("crop").asInt(),
                json.at("/stride/0").asInt(),
                json.at("/stride/1").asInt()),
            json.get("learningRate").asDouble(),
            norm,
            stage.shortCycle(),
            new Stage.Position(
                json.get("firstEpoch").asInt(), stage.first().iterations(), stage.first().clips()),
            json.get("endEpoch").asInt(),
            json.get("iterationsPerEpoch").asLong());
    assertThat(read).isEqualTo(stage);
    assertThat(json.get("iterations").asLong()).isEqualTo(stage.iterations());
    assertThat(json.get("shortCycle")).hasSize(stage.shortCycle().size());
    for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
      JsonNode shape = json.get("shortCycle").get(turn);
      ShortShape expected = stage.shortCycle().get(turn);
      assertThat(new ShortShape(shape.get("batch").asInt(), shape.get("crop").asInt()))
          .isEqualTo(expected);
      assertThat(shape.get("stepBytes").asLong()).isEqualTo(plan.stepBytes(stage, expected));
    }
  }
}

package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.DataException;
import io.multigrid.train.TinyData;
import io.multigrid.train.settings.InitialSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialWeightsTest {
  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();

  @Test
  void aModelsWeightsAreTakenAndAHeadForOtherClassesIsNot() throws IOException {
    Path file = folder.resolve("model.safetensors");
    float[] weights;
    try (Network other = Network.create(recipe("seed=9").model(), "cpu", 9);
        OutputStream out = Files.newOutputStream(file)) {
      weights = other.weights();
      ModelFile.content(
              Layout.of(recipe()),
              weights,
              other.statistics(),
              TinyData.settings().recorded(),
              List.of("a"))
          .write(out);
    }
    assertThat(state(file, false, recipe()).weights()).isEqualTo(weights);
    assertThat(said).isEmpty();

    TrainingState state = state(file, false, recipe("model.classes=7"));
    assertThat(state.weights()).hasSizeGreaterThan(weights.length).startsWith(weights[0]);
    assertThat(said).hasSize(1);
    assertThat(said.get(0))
        .isEqualTo(
            "model.safetensors: 2 initialised anew for other classes: head.projection.weight,"
                + " head.projection.bias");
  }

  @Test
  void whatDoesNotFitIsSaidWithTheRemedy() throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Network other = Network.create(recipe().model(), "cpu", 9);
        OutputStream out = Files.newOutputStream(file)) {
      Layout layout = Layout.of(recipe());
      ModelFile.content(
              layout,
              other.weights(),
              other.statistics(),
              TinyData.settings().recorded(),
              List.of("a"))
          .write(out);
    }
    Recipe deeper = recipe("model.blocks=[1,1,1,2]");
    assertThatThrownBy(() -> state(file, false, deeper))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + " does not fit the network: ")
        .hasMessageContaining("s5.pathway0_res1.branch2.a.weight")
        .hasMessageEndingWith("set initial.partial = true to take what fits");
    assertThat(state(file, true, deeper).weights()).isNotEmpty();
    assertThat(said.get(0)).contains("missing: s5.pathway0_res1.branch2.a.weight");

    assertThatThrownBy(() -> state(folder.resolve("none"), false, recipe()))
        .hasMessage(folder.resolve("none") + ": there is no such file; mend initial.weights");
    Path broken = Files.writeString(folder.resolve("broken"), "no weights at all");
    assertThatThrownBy(() -> state(broken, false, recipe()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot read weights from " + broken);
  }

  /** Else training would stop at its first iteration and blame the learning rate. */
  @Test
  void weightsThatAreNotNumbersAreTheFilesFault() throws IOException {
    Path file = folder.resolve("nan.safetensors");
    try (Network other = Network.create(recipe().model(), "cpu", 9);
        OutputStream out = Files.newOutputStream(file)) {
      float[] weights = other.weights();
      weights[0] = Float.NaN;
      weights[1] = Float.NEGATIVE_INFINITY;
      float[] statistics = other.statistics();
      ModelFile.content(
              Layout.of(recipe()),
              weights,
              statistics,
              TinyData.settings().recorded(),
              List.of("a"))
          .write(out);
    }
    String first = Layout.of(recipe()).parameters().get(0).name();
    assertThatThrownBy(() -> state(file, false, recipe()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "Cannot use the weights of %s: %s is not finite in 2 of ".formatted(file, first))
        .hasMessageEndingWith("give another file, or an earlier checkpoint");
  }

  @Test
  void theCardSaysWhatAnotherFrameworkNeeds() throws IOException {
    JsonNode card = new ObjectMapper().readTree(new ModelCard(recipe(), List.of("a", "b")).json());
    assertThat(card.get("classes")).hasSize(2);
    assertThat(card.get("architecture").get("name").asText()).isEqualTo(recipe().model().name());
    assertThat(card.get("clip").get("frames").asInt()).isEqualTo(recipe().clip().frames());
    assertThat(card.get("normalisation").get("deviation").floatValue())
        .isEqualTo(Network.DEVIATION);
    try (Network network = Network.create(recipe().model(), "cpu", 1)) {
      assertThat(card.get("parameters").asInt()).isEqualTo(network.parameterCount());
    }
  }

  private TrainingState state(Path file, boolean partial, Recipe recipe) throws IOException {
    return new InitialWeights(new InitialSettings(Optional.of(file.toString()), partial))
        .state(recipe, new Configuration(), said::add);
  }

  private static Recipe recipe(String... sets) {
    return Recipe.from(TinyData.settings(sets));
  }
}

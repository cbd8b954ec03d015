package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.train.TinyData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What inspect says for programs, and that people read the same numbers everywhere. */
class InspectJsonTest {
  @TempDir static Path folder;

  @BeforeAll
  static void train() throws Exception {
    String data = folder.resolve("data").toString();
    TinyData.write(data, new Configuration(), TinyData.settings(), 48);
    List<String> command = new ArrayList<>(List.of("train", "--data", data));
    command.addAll(List.of("--out", folder.resolve("run").toString()));
    TinyData.sets().forEach(set -> command.addAll(List.of("--set", set)));
    Outcome outcome = Outcome.of(command.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
  }

  private static JsonNode inspect(String what, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("inspect", folder.resolve(what).toString(), "--format", "json"));
    command.addAll(List.of(more));
    Outcome outcome = Outcome.of(command.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
    return new ObjectMapper().readTree(outcome.out());
  }

  @Test
  void aDataSet() throws Exception {
    JsonNode data = inspect("data");
    assertThat(data.get("kind").asText()).isEqualTo("dataset");
    assertThat(data.get("videos").get("train").asInt()).isEqualTo(48);
    assertThat(data.get("classes")).hasSize(2);
    assertThat(data.get("grids").get(0).get("shards").asInt()).isEqualTo(2);
    assertThat(data.get("grids").get(0).get("bytes").asLong()).isPositive();
    assertThat(data.has("damages")).isFalse();
    assertThat(inspect("data", "--verify").get("damages")).isEmpty();
  }

  @Test
  void aRunACheckpointAndAModel() throws Exception {
    JsonNode run = inspect("run");
    assertThat(run.get("kind").asText()).isEqualTo("run");
    assertThat(run.get("model").get("classes").get(1).asText()).isEqualTo("rising");
    JsonNode newest = run.get("checkpoints").get(0);
    assertThat(newest.get("iterations").asInt()).isEqualTo(15);
    assertThat(newest.get("whole").asBoolean()).isTrue();
    assertThat(newest.get("best").asBoolean()).isTrue();
    assertThat(newest.get("evaluation").get("videos").asInt()).isEqualTo(8);

    JsonNode one = inspect("run/checkpoints/iteration-000000004");
    assertThat(one.get("kind").asText()).isEqualTo("checkpoint");
    assertThat(one.get("checkpoint").get("workers").asInt()).isEqualTo(4);
    assertThat(one.get("checkpoint").get("data").get("trainVideos").asInt()).isEqualTo(48);
    assertThat(one.get("checkpoint").has("evaluation")).isFalse();

    JsonNode model = inspect("run/model.safetensors");
    assertThat(model.get("kind").asText()).isEqualTo("model");
    assertThat(model.get("model").get("numbers").asLong()).isPositive();
  }

  @Test
  void tablesAreTheSameInEveryLocale() {
    String english = Outcome.of("inspect", folder.resolve("data").toString()).out();
    assertThat(english).containsPattern("\\d,\\d{3} bytes").contains("2 shards");
    Locale before = Locale.getDefault();
    try {
      for (String language : List.of("de-DE", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva")) {
        Locale.setDefault(Locale.forLanguageTag(language));
        assertThat(Outcome.of("inspect", folder.resolve("data").toString()).out())
            .as(language)
            .isEqualTo(english);
        assertThat(Outcome.of("inspect", folder.resolve("run").toString()).out())
            .as(language)
            .contains("iteration-000000015: 15 iterations done");
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}

package io.multigrid.train.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSettingsTest {
  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();

  private Settings read(String hocon, Optional<Path> changes, String... sets) throws IOException {
    return ModelSettings.read("a.safetensors", hocon, changes, List.of(sets), said::add).settings();
  }

  @Test
  void networkClipAndEvaluationComeBackAndHowItWasTrainedDoesNot() throws IOException {
    Settings trained =
        TinyData.settings(
            "evaluate.views=3",
            "clip.frames=2",
            "workers=2",
            "cycles.long=false",
            "cycles.short=false");
    String text = ModelSettings.render(trained.recorded());
    assertThat(text).contains("multigrid.model.width = 4\n").doesNotContain("solver", "feed");
    Settings read = read(text, Optional.empty());
    assertThat(Recipe.from(read).model()).isEqualTo(Recipe.from(trained).model());
    assertThat(Recipe.from(read).clip()).isEqualTo(Recipe.from(trained).clip());
    assertThat(TrainSettings.from(read).views()).isEqualTo(TrainSettings.from(trained).views());
    assertThat(read.integer("engine.threads")).isEqualTo(1);
    assertThat(read.integer("workers")).isEqualTo(Settings.reference().integer("workers"));
    assertThat(said).isEmpty();
  }

  /** Files of earlier programs carry all settings, some of which are no more. */
  @Test
  void whatThisProgramDoesNotHaveIsToldAndIgnored() throws IOException {
    String all =
        TinyData.settings().render()
            + "multigrid.model.removed = 3\nmultigrid.solver.gone = 4\nmultigrid.other { a = 1 }\n";
    Settings read = read(all, Optional.empty());
    assertThat(Recipe.from(read).model()).isEqualTo(Recipe.from(TinyData.settings()).model());
    assertThat(said)
        .containsExactly(
            "a.safetensors: has settings that this program does not have, and goes without them:"
                + " model.removed");
  }

  @Test
  void aFileAndSingleValuesWin() throws IOException {
    Path file = folder.resolve("my.conf");
    Files.writeString(file, "multigrid.evaluate { views = 5, crops = 2 }");
    String text = ModelSettings.render(TinyData.settings().recorded());
    Settings read = read(text, Optional.of(file), "evaluate.crops=3");
    assertThat(read.integer("evaluate.views")).isEqualTo(5);
    assertThat(read.integer("evaluate.crops")).isEqualTo(3);
    assertThat(read.integer("evaluate.crop")).isEqualTo(32);
    assertThatThrownBy(() -> read(text, Optional.empty(), "evaluate.view=3"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("multigrid.evaluate.view: there is no such setting");
  }
}

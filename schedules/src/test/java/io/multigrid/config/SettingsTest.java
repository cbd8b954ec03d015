package io.multigrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void whatIsRenderedReadsBackTheSame() throws IOException {
    Settings settings = load("multigrid { workers = 2, solver { steps = [0, 3] } }", "batch=6");
    String rendered = settings.render();
    assertThat(load(rendered).render()).isEqualTo(rendered);
    assertThat(load(rendered).integers("solver.steps")).containsExactly(0, 3);
  }

  @Test
  void theCommandLineWinsOverTheFileAndTheFileOverTheDefaults() throws IOException {
    Settings settings = load("multigrid { workers = 2, batch = 4 }", "multigrid.batch=6");
    assertThat(settings.integer("workers")).isEqualTo(2);
    assertThat(settings.integer("batch")).isEqualTo(6);
    assertThat(settings.integer("clip.frames"))
        .isEqualTo(Settings.reference().integer("clip.frames"));
  }

  @Test
  void allProblemsAreToldTogetherWithFileAndLine() throws IOException {
    Path file =
        write(
            """
            multigrid {
              wrokers = 2
              clip { jitter = 5 }
              cycles { long = perhaps }
            }
            batch = 4
            """);
    assertThatThrownBy(() -> Settings.load(Optional.of(file), List.of("seed", "batch=2.5")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file + ":2: multigrid.wrokers: there is no such setting")
        .hasMessageContaining("did you mean multigrid.workers?")
        .hasMessageContaining(file + ":3: multigrid.clip.jitter = 5: must be a list")
        .hasMessageContaining(
            file + ":4: multigrid.cycles.long = \"perhaps\": must be true or false")
        .hasMessageContaining(file + ":6: batch: settings stand under multigrid")
        .hasMessageContaining("--set: seed: must be key=value; add the value")
        .hasMessageContaining("--set: multigrid.batch = 2.5: must be a whole number");
  }

  @Test
  void aNumberWhoseDefaultIsWholeByChanceNeedNotBe() throws IOException {
    Settings settings = load("multigrid { clip.fps = 29.97, solver.warmup-epochs = 0.19 }");
    assertThat(settings.number("clip.fps")).isEqualTo(29.97);
    assertThat(settings.number("solver.warmup-epochs")).isEqualTo(0.19);
  }

  @Test
  void aFileThatIsNoHoconIsNamedWithItsLine() throws IOException {
    Path file = write("multigrid {\n  workers = [1\n}\n");
    assertThatThrownBy(() -> Settings.load(Optional.of(file), List.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file + ":3: syntax:")
        .hasMessageContaining("mend the file's HOCON");
  }

  @Test
  void substitutionsAndIncludesWork() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "multigrid.workers = 4");
    Settings settings = load("include \"base.conf\"\nmultigrid.batch = ${multigrid.workers}0");
    assertThat(settings.integer("batch")).isEqualTo(40);
  }

  @Test
  void aPlainTypoInAnIncludedRecipeIsFoundToo() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "multigrid {\n  solver.epoch = 4\n}");
    Path file = write("include \"base.conf\"");
    assertThatThrownBy(() -> Settings.load(Optional.of(file), List.of()))
        .hasMessageContaining("base.conf:2: multigrid.solver.epoch: there is no such setting")
        .hasMessageContaining("multigrid.solver.epochs?");
  }

  private Settings load(String text, String... sets) throws IOException {
    return Settings.load(Optional.of(write(text)), List.of(sets));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("my.conf"), text);
  }
}

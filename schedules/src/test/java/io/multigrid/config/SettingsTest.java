package io.multigrid.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void whatIsRenderedReadsBackTheSame() throws IOException {
    Settings settings = load("multigrid { workers = 2, solver { steps = [0, 3] } }", "batch=6");
    String rendered = settings.render();
    assertThat(load(rendered).render()).isEqualTo(rendered);
    assertThat(load(rendered).numbers("solver.steps")).containsExactly(0.0, 3.0);
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
  void aVideoOrAFolderIsSaidToBeNoFileOfSettings() throws IOException {
    byte[][] binaries = {{0x1a, 0x45, (byte) 0xdf, (byte) 0xa3}, {'a', 0, 1, 2}};
    for (byte[] bytes : binaries) {
      Path video = Files.write(folder.resolve("video.mkv"), bytes);
      assertThatThrownBy(() -> Settings.load(Optional.of(video), List.of()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              video
                  + ": --conf: is no text in UTF-8, and must be a file of settings (HOCON);"
                  + " check the path; videos and data sets have options of their own");
    }
    assertThatThrownBy(() -> Settings.load(Optional.of(folder), List.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            folder + ": --conf: is a folder, and must be a file of settings (HOCON); name a file");
  }

  @Test
  void substitutionsAndIncludesWork() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "multigrid.workers = 4");
    Settings settings = load("include \"base.conf\"\nmultigrid.batch = ${multigrid.workers}0");
    assertThat(settings.integer("batch")).isEqualTo(40);
    String over = "multigrid.batch = 8\nmultigrid.batch = ${multigrid.clip.frames}0";
    assertThat(load(over, "clip.crop=${?nowhere}", "clip=${?nowhere}").integer("batch"))
        .isEqualTo(320);
  }

  @Test
  void whatIsIncludedBesideAFileWithoutAFolderIsFound() throws IOException {
    Path own = Files.writeString(Path.of("without-a-folder.conf"), "include \"with-one.conf\"");
    Path other = Files.writeString(Path.of("with-one.conf"), "multigrid.workers = 4");
    try {
      Settings settings = Settings.load(Optional.of(own), List.of());
      assertThat(settings.integer("workers")).isEqualTo(4);
      Files.writeString(own, "multigrid.workers = x");
      assertThatThrownBy(() -> Settings.load(Optional.of(own), List.of()))
          .hasMessageStartingWith("without-a-folder.conf:1: multigrid.workers");
    } finally {
      Files.delete(own);
      Files.delete(other);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"nothere.conf\"",
        "\"nothere\"",
        "classpath(\"recipes/nothere.conf\")",
        "file(\"/nowhere/nothere.conf\")",
        "url(\"file:/nowhere/nothere.conf\")",
        "required(\"nothere.conf\")",
        "required(classpath(\"recipes/nothere.conf\"))"
      })
  void anIncludeOfWhatIsNotThereIsAProblemAndHidesNone(String include) throws IOException {
    String what = include.replaceAll(".*\"(.*)\".*", "$1");
    assertThatThrownBy(() -> load("include " + include + "\nmultigrid.clip.crop = x"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(folder + "/my.conf: include = " + what + ": is not there, or cannot")
        .hasMessageContaining("multigrid.clip.crop = \"x\"");
    Path between = Files.writeString(folder.resolve("between.conf"), "include " + include);
    assertThatThrownBy(() -> load("include \"between.conf\"\ninclude \"none.conf\""))
        .hasMessageContaining("between.conf: include = " + what + ": is not there")
        .hasMessageContaining(folder + "/my.conf: include = none.conf: is not there");
    Files.writeString(between, "multigrid.batch = 16");
    assertThat(load("include \"between\"").integer("batch")).isEqualTo(16);
  }

  @Test
  void aPlainTypoInAnIncludedRecipeIsFoundToo() throws IOException {
    Files.writeString(folder.resolve("base.conf"), "multigrid {\n  solver.epoch = 4\n}");
    Path file = write("include \"base.conf\"");
    assertThatThrownBy(() -> Settings.load(Optional.of(file), List.of()))
        .hasMessageContaining("base.conf:2: multigrid.solver.epoch: there is no such setting")
        .hasMessageContaining("multigrid.solver.epochs?");
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5", "50%, 0.5", "'\"50 %\"', 0.5", "1, 1", "100%, 1", "0, 0", "0.7%, 0.007"})
  void sharesAreReadBothWays(String written, double share) throws IOException {
    Settings settings = load("multigrid.model.dropout = " + written);
    assertThat(settings.share("model.dropout")).isEqualTo(share);
    assertThat(settings.values().get("model.dropout"))
        .isEqualTo(load("multigrid.model.dropout = " + share).values().get("model.dropout"));
    assertThat(load(settings.render()).share("model.dropout")).isEqualTo(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"50", "1.01", "101%", "-1%", "-0.1", "half", "%", "NaN", "true"})
  void whatIsNoShareIsRefused(String written) {
    assertThatThrownBy(() -> load("multigrid.model.dropout = " + written))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(": must be a share: 0 to 1, or 0% to 100%; the default is 0.5");
  }

  @ParameterizedTest
  @CsvSource({"15, 900", "0.5, 30", "5 minutes, 300", "90 s, 90", "1h, 3600", "0, 0", "1d, 86400"})
  void durationsAreInTheKeysUnitOrSayTheirOwn(String written, long seconds) throws IOException {
    Settings settings = load("multigrid.checkpoint.every-minutes = " + written);
    assertThat(settings.duration("checkpoint.every-minutes"))
        .isEqualTo(Duration.ofSeconds(seconds));
    assertThat(new BigDecimal(settings.values().get("checkpoint.every-minutes")).doubleValue())
        .isEqualTo(seconds / 60.0);
    assertThatThrownBy(() -> load("multigrid.checkpoint.every-minutes = soon"))
        .hasMessageContaining(
            "must be minutes, or a duration such as 5 minutes; the default is 15");
  }

  @ParameterizedTest
  @ValueSource(strings = {"8f", "2d", "0x1p3", "1_0", "NaN"})
  void whatIsANumberInJavaAloneIsRefused(String written) {
    assertThatThrownBy(
            () -> load("multigrid { batch = " + written + ", clip.fps = " + written + "}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("multigrid.batch = \"" + written + "\": must be a whole number")
        .hasMessageContaining("multigrid.clip.fps = \"" + written + "\": must be a number");
  }

  @Test
  void placesOfDefaultsAreShort() {
    String jar = "reference.conf @ jar:file:/lib/multigrid-1.jar!/reference.conf";
    ConfigOrigin origin = ConfigOriginFactory.newSimple(jar).withLineNumber(4);
    assertThat(Origins.where(origin)).isEqualTo("reference.conf:4");
  }

  @Test
  void aCommandsOwnOptionIsReadLikeASettingAndNamedInMessages() throws IOException {
    Path file = write("multigrid.workers = 2");
    Settings given = dropout(file, "20%").settings();
    assertThat(given.share("model.dropout")).isEqualTo(0.2);
    assertThat(given.integer("workers")).isEqualTo(2);
    assertThatThrownBy(() -> dropout(file, "20").settings())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "--dropout: multigrid.model.dropout = 20: must be a share: 0 to 1, or 0% to 100%;"
                + " the default is 0.5");
  }

  @Test
  void whatRefersToNothingIsAProblemWithARemedy() {
    assertThatThrownBy(() -> load("multigrid.batch = ${nowhere}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nowhere")
        .hasMessageEndingWith("give what it refers to a value, or leave the reference out");
    assertThatThrownBy(() -> new Problem("here", "key", "", "must be so", " "))
        .hasMessageContaining("without a limit or a remedy");
  }

  @Test
  void largeWholeNumbersKeepTheirDigits() throws IOException {
    Settings settings = load("multigrid.seed = 9007199254740993");
    assertThat(settings.longInteger("seed")).isEqualTo(9007199254740993L);
    assertThat(settings.values().get("seed")).isEqualTo("9007199254740993");
  }

  private static Draft dropout(Path file, String text) {
    return Draft.of(Optional.of(file), List.of()).option("--dropout", "model.dropout", text);
  }

  private Settings load(String text, String... sets) throws IOException {
    return Settings.load(Optional.of(write(text)), List.of(sets));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("my.conf"), text);
  }
}

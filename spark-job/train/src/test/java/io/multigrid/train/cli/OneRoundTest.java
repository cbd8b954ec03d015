package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Recorded;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.SystemProperties;
import io.multigrid.train.TinyData;
import io.multigrid.train.checkpoint.Layout;
import io.multigrid.train.checkpoint.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Problems of every sort, of settings and of options, are told by each command in one round. */
class OneRoundTest {
  private static final String WRONG =
      """
      multigrid {
        batch = 60
        clip { frames = many, flop = false, jitter = [200, 320] }
        solver { epochs = 0, steps = [0, 300] }
        model { dropout = 1, beta-inv = 80 }
        evaluate.crop = 300
        engine { executors = 0, patience = soon }
        prep { quality = 0, codec = [] }
        quickstart.train-videos = 0
      }
      """;

  private static final List<String> EVERYWHERE =
      List.of(
          "--set: seed: must be key=value; add the value",
          "my.conf:3: multigrid.clip.flop: there is no such setting; did you mean multigrid.clip.flip?",
          "my.conf:3: multigrid.clip.frames = \"many\": must be a whole number; the default is 32",
          "my.conf:7: multigrid.engine.patience = \"soon\": must be seconds, or a duration such as 5 minutes; the default is 300",
          "my.conf:8: multigrid.prep.codec = []: must be a text; the default is \"h264-8\"",
          "my.conf:2: multigrid.batch = 60: must be a multiple of workers = 8; the next is 64",
          "my.conf:4: multigrid.solver.epochs = 0: must be at least 1; give a positive number",
          "my.conf:5: multigrid.model.dropout = 1: must be below 1; 0.5 is usual");
  private static final List<String> OF_A_RECIPE =
      List.of(
          "my.conf:3: multigrid.clip.jitter = [200,320]: must be two short sides in pixels, ascending, none below clip.crop = 224; for example [256, 320]",
          "my.conf:5: multigrid.model.beta-inv = 80: must be at most model.width = 64, or the fast pathway is left with none; raise the width");
  private static final List<String> OF_TRAINING =
      List.of(
          "my.conf:7: multigrid.engine.executors = 0: must be at least 1; give a positive number",
          "my.conf:6: multigrid.evaluate.crop = 300: must be at most evaluate.short-side = 256; make the crop smaller or the short side larger");
  private static final List<String> OF_PREPARATION =
      List.of("my.conf:8: multigrid.prep.quality = 0: must be 1 to 100; 75 is the default");

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("my.conf"), WRONG);
  }

  /** The lines of a command's message, without the folder. */
  private List<String> told(String command, String... options) {
    List<String> all =
        new ArrayList<>(List.of(command, "--conf", folder + "/my.conf", "--set", "seed"));
    all.addAll(List.of(options));
    Outcome outcome = Outcome.of(all.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err()).startsWith("multigrid: ");
    return outcome.err().substring(11).replace(folder + "/", "").lines().toList();
  }

  private static SystemProperties onAnotherMachine() {
    return new SystemProperties(Map.of("spark.submit.deployMode", "cluster"));
  }

  private static String relative(String option) {
    return "command line: "
        + option
        + " = here: is relative, but the driver runs on another machine (spark.submit.deployMode = cluster); give a URI such as hdfs:///folder or file:/folder, or an absolute path";
  }

  @SafeVarargs
  private static void assertAll(List<String> told, List<String>... parts) {
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(Stream.of(parts).flatMap(List::stream).toList());
  }

  @Test
  void ofAPlan() {
    List<String> own =
        List.of(
            "command line: --rounds = 0: must be at least 1; give another number",
            "command line: --calibrate: needs --data to read clips from and --step-times to write to; give both");
    List<String> told = told("plan", "--rounds", "0", "--calibrate");
    assertAll(told, EVERYWHERE, OF_A_RECIPE, OF_TRAINING, own);
  }

  @Test
  void ofATraining() {
    List<String> own =
        List.of(
            "command line: --replace: deletes what --resume goes on with; give one of them",
            relative("--data"));
    try (SystemProperties elsewhere = onAnotherMachine()) {
      List<String> told =
          told("train", "--replace", "--resume", "--data", "here", "--out", folder + "/run");
      assertAll(told, EVERYWHERE, OF_A_RECIPE, OF_TRAINING, own);
    }
  }

  @Test
  void ofAPreparation() {
    List<String> own =
        List.of(
            "--max-quarantine: multigrid.prep.max-quarantine = \"150%\": must be a share: 0 to 1, or 0% to 100%; the default is 0.01",
            relative("--videos"));
    try (SystemProperties elsewhere = onAnotherMachine()) {
      List<String> told =
          told("prep", "--max-quarantine", "150%", "--videos", "here", "--out", folder + "/data");
      assertAll(told, EVERYWHERE, OF_A_RECIPE, OF_PREPARATION, own);
    }
  }

  @Test
  void ofTheQuickstart() {
    List<String> own =
        List.of(
            "my.conf:9: multigrid.quickstart.train-videos = 0: must be at least 1; give a positive number");
    assertAll(told("quickstart"), EVERYWHERE, OF_A_RECIPE, OF_TRAINING, OF_PREPARATION, own);
  }

  /** The model is slow, of crop 32, and brings both. */
  @Test
  void ofAnEvaluation() throws IOException {
    Recorded settings = TinyData.settings().recorded();
    Layout layout = Layout.of(Recipe.from(TinyData.settings()));
    Path model = folder.resolve("model.safetensors");
    try (OutputStream out = Files.newOutputStream(model)) {
      ModelFile.content(
              layout,
              new float[layout.parameters().stream().mapToInt(TensorInfo::count).sum()],
              new float[layout.statistics().stream().mapToInt(TensorInfo::count).sum()],
              settings,
              List.of("falling", "rising"))
          .write(out);
    }
    List<String> training =
        OF_TRAINING.stream().map(line -> line.replace("= 256", "= 36")).toList();
    List<String> told = told("evaluate", "--model", model.toString(), "--data", folder + "/data");
    assertAll(told, EVERYWHERE, training);
  }
}

package io.multigrid.train.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code plan} predicts, and what it refuses. */
class PlanCommandTest {
  private static final String FLAT =
      """
      {"format": "multigrid-step-times", "version": 1, "measurements": [
        {"executors": 1, "exchangeSeconds": 0.1, "steps": [
          {"clips": 4, "frames": 4, "crop": 32, "seconds": 0.5, "storageBytes": 1000}]}]}
      """;

  @TempDir Path folder;
  private String file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("times.json"), FLAT).toString();
  }

  private static Outcome plan(List<String> sets, String... arguments) {
    List<String> all = new ArrayList<>(List.of("plan"));
    sets.forEach(set -> all.addAll(List.of("--set", set)));
    all.addAll(List.of(arguments));
    return Outcome.of(all.toArray(String[]::new));
  }

  private static Outcome flat(String... arguments) {
    List<String> sets = new ArrayList<>(TinyData.sets());
    sets.addAll(List.of("cycles.long=false", "cycles.short=false"));
    return plan(sets, arguments);
  }

  /** By hand: 16 iterations of two steps of 0.5 s and 0.1 s beside, or of one step on two. */
  @Test
  void predictsHoursRatesAndBytes() throws IOException {
    Outcome one = flat("--dataset-size", "16", "--step-times", file, "--format", "json");
    assertThat(one.code()).as(one.err()).isEqualTo(Exit.DONE);
    JsonNode forecast = new ObjectMapper().readTree(one.out()).get("forecast");
    assertThat(forecast.get("executors").asInt()).isEqualTo(1);
    assertThat(forecast.get("seconds").asDouble()).isEqualTo(17.6);
    assertThat(forecast.get("storageBytes").asDouble()).isEqualTo(32_000);
    assertThat(forecast.get("pixelBytes").asDouble()).isEqualTo(128.0 * 3 * 4 * 32 * 32);
    assertThat(forecast.get("stages")).hasSize(2);
    assertThat(forecast.has("baseline")).isFalse();
    Outcome two = flat("--dataset-size", "16", "--step-times", file, "--executors", "2");
    assertThat(two.out())
        .contains("on 2 executors: 0.2 minutes; ")
        .contains("assumed: each executor computes as fast as one of the 1 that were measured")
        .contains("an executor needs at most ");
  }

  @Test
  void aBadFileIsAUsageErrorThatListsEverything() throws IOException {
    Outcome none = flat("--step-times", folder.resolve("none.json").toString());
    assertThat(none.code()).isEqualTo(Exit.USAGE);
    assertThat(none.err())
        .contains(
            "none.json: --step-times: there is no such file; measure with plan --calibrate, or check the path");
    Files.writeString(
        Path.of(file), FLAT.replace("0.5", "-1").replace("\"crop\": 32", "\"crop\": \"x\""));
    Outcome bad = flat("--step-times", file);
    assertThat(bad.code()).isEqualTo(Exit.USAGE);
    assertThat(bad.err())
        .contains(
            "times.json: measurements[0].steps[0].crop = \"x\": must be a whole number of at least 1; mend it, or measure again with plan --calibrate")
        .contains("times.json: measurements[0].steps[0].seconds = -1: must be a number above 0;");
    Files.writeString(Path.of(file), "{");
    assertThat(flat("--step-times", file).err()).contains("times.json:1: syntax: is not JSON: ");
  }

  @Test
  void shapesThatAreMissingAreAUsageError() {
    Outcome missing = plan(TinyData.sets(), "--dataset-size", "64", "--step-times", file);
    assertThat(missing.code()).isEqualTo(Exit.USAGE);
    assertThat(missing.err())
        .contains(
            "times.json: steps on 1 executors: no step of 1 frames x 16^2 pixels, which the plan has; measure again with plan --calibrate");
  }

  @Test
  void optionsThatDoNotGoTogetherAreListedTogether() {
    Outcome outcome =
        flat("--executors", "0", "--dataset-size", "0", "--rounds", "0", "--calibrate");
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err())
        .contains("--executors = 0: must be at least 1")
        .contains("--dataset-size = 0: must be at least 1")
        .contains("--rounds = 0: must be at least 1")
        .contains("--calibrate: needs --data to read clips from and --step-times to write to")
        .contains("--executors = 0: predicts nothing without --step-times");
    Outcome many = flat("--step-times", file, "--executors", "3");
    assertThat(many.code()).isEqualTo(Exit.USAGE);
    assertThat(many.err()).contains("must be at most 2, as 4 workers in groups of 2 stay together");
  }

  @Test
  void moreVideosOrEpochsThanCanBeCountedAreRefused() {
    Outcome videos = flat("--dataset-size", "9000000000000000000");
    assertThat(videos.code()).isEqualTo(Exit.USAGE);
    assertThat(videos.err())
        .contains(
            "--dataset-size = 9000000000000000000: must be at most 1000000000000;"
                + " give another number");
    Outcome epochs = plan(List.of("solver.epochs=2000000000"));
    assertThat(epochs.code()).isEqualTo(Exit.USAGE);
    assertThat(epochs.err())
        .contains(
            "multigrid.solver.epochs = 2000000000: times cycles.epoch-factor = 1.5,"
                + " must be at most 1000000 epochs; train for fewer");
  }

  /** docs/step-times.md shows what comes out of the file beside it. */
  @Test
  void thePredictionFor128WorkersIsTheOneThatTheGuideShows() throws IOException {
    String guide = Files.readString(Launched.home().resolve("docs/step-times.md"));
    for (String factor : List.of("1.5", "1.0")) {
      Outcome outcome =
          Outcome.of(
              "plan",
              "--conf",
              Launched.home().resolve("conf/kinetics-128-workers.conf").toString(),
              "--set",
              "cycles.epoch-factor=" + factor,
              "--step-times",
              Launched.home().resolve("docs/step-times-slowfast-r50.json").toString(),
              "--executors",
              "128",
              "--format",
              "json");
      assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
      JsonNode forecast = new ObjectMapper().readTree(outcome.out()).get("forecast");
      double hours = forecast.get("hours").asDouble();
      double baseline = forecast.get("baseline").get("hours").asDouble();
      assertThat(guide)
          .contains(
              String.format(
                  Locale.ROOT,
                  "| %s | %,d | %.1f | %.1f | %.2f |",
                  factor,
                  forecast.get("iterations").asLong(),
                  hours,
                  baseline,
                  baseline / hours));
    }
  }

  private static final String GPUS_CONF = "docs/simulation-128-gpus.conf";
  private static final String GPUS_TIMES = "docs/step-times-slowfast-r50-gpu-assumed.json";

  private static JsonNode on128(String conf, String times, String... sets) throws IOException {
    List<String> all = new ArrayList<>(List.of(sets));
    all.add("simulate.executors=[]");
    Outcome outcome =
        plan(
            all,
            "--conf",
            Launched.home().resolve(conf).toString(),
            "--step-times",
            Launched.home().resolve(times).toString(),
            "--executors",
            "128",
            "--simulate",
            "--format",
            "json");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
    return new ObjectMapper().readTree(outcome.out()).get("simulation");
  }

  /** docs/simulation.md shows what comes out of the files beside it. */
  @ParameterizedTest
  @CsvSource({
    "128 x 2 CPU cores, conf/kinetics-128-workers.conf, docs/step-times-slowfast-r50.json",
    "'128 GPUs, assumed', " + GPUS_CONF + ", " + GPUS_TIMES
  })
  void theSimulationOf128WorkersIsTheOneThatTheGuideShows(String name, String conf, String times)
      throws IOException {
    String guide = Files.readString(Launched.home().resolve("docs/simulation.md"));
    for (String factor : List.of("1.5", "1.0")) {
      JsonNode simulation = on128(conf, times, "cycles.epoch-factor=" + factor);
      JsonNode multigrid = simulation.get("multigrid");
      JsonNode parts = multigrid.get("parts");
      assertThat(guide)
          .contains(
              String.format(
                  Locale.ROOT,
                  "| %s | %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.1f | %.1f | %.2f |",
                  name,
                  factor,
                  multigrid.get("secondsPerIteration").asDouble(),
                  parts.get("compute").asDouble(),
                  parts.get("slowest").asDouble(),
                  parts.get("feed").asDouble(),
                  parts.get("exchange").asDouble(),
                  multigrid.get("hours").asDouble(),
                  simulation.get("baseline").get("hours").asDouble(),
                  simulation.get("ratio").asDouble()));
    }
  }

  /** The rows of docs/simulation.md that change settings, each in a code span of its own. */
  @Test
  void whatTheAnswerHangsOnIsWhatTheGuideShows() throws IOException {
    String guide = Files.readString(Launched.home().resolve("docs/simulation.md"));
    Matcher table = Pattern.compile("(?s)\\| changed \\|.*?\\|---\\|.*?\n(.*?)\n\n").matcher(guide);
    assertThat(table.find()).isTrue();
    List<String> rows = table.group(1).lines().toList();
    assertThat(rows).hasSizeGreaterThan(6);
    List<String> computed = new ArrayList<>();
    for (String row : rows) {
      String first = row.split("\\|")[1];
      String[] sets =
          Pattern.compile("`([^`]+)`")
              .matcher(first)
              .results()
              .map(match -> match.group(1).replace(" = ", "="))
              .toArray(String[]::new);
      JsonNode simulation = on128(GPUS_CONF, GPUS_TIMES, sets);
      computed.add(
          String.format(
              Locale.ROOT,
              "|%s| %.3f | %.3f | %.2f |",
              first,
              simulation.get("multigrid").get("secondsPerIteration").asDouble(),
              simulation.get("baseline").get("secondsPerIteration").asDouble(),
              simulation.get("ratio").asDouble()));
    }
    assertThat(rows).isEqualTo(computed);
  }

  /**
   * By hand: 16 iterations of two steps of 0.5 s, and 0.1 s beside; on two executors of one step,
   * eight messages and four lookups.
   */
  @Test
  void simulatesOnOtherNumbersOfExecutors() throws IOException {
    Outcome one =
        flat(
            "--dataset-size",
            "16",
            "--step-times",
            file,
            "--simulate",
            "--set",
            "simulate.spread=0",
            "--set",
            "simulate.exchange.bandwidth=0",
            "--set",
            "simulate.exchange.latency=0.001",
            "--set",
            "simulate.exchange.lookup=0.01",
            "--format",
            "json");
    assertThat(one.code()).as(one.err()).isEqualTo(Exit.DONE);
    JsonNode simulation = new ObjectMapper().readTree(one.out()).get("simulation");
    assertThat(simulation.get("executors").asInt()).isEqualTo(1);
    assertThat(simulation.get("multigrid").get("seconds").asDouble()).isCloseTo(17.6, within(1e-9));
    assertThat(simulation.get("multigrid").get("stages")).hasSize(2);
    assertThat(simulation.get("others")).hasSize(2);
    JsonNode two = simulation.get("others").get(1);
    assertThat(two.get("executors").asInt()).isEqualTo(2);
    assertThat(two.get("multigrid").get("seconds").asDouble())
        .isCloseTo(16 * (0.5 + 0.1 + 8 * 0.001 + 4 * 0.01), within(1e-9));
    assertThat(simulation.has("baseline")).isFalse();
    Outcome text = flat("--dataset-size", "16", "--step-times", file, "--simulate");
    assertThat(text.out())
        .contains("simulated on 1 executor; seconds of an iteration")
        .contains("assumed: steps are those of the slowest executor, measured on 1 executor (")
        .contains(
            "assumed: simulate.spread, mean share that chance adds to a step of an executor = 0.05 (default)");
  }

  @Test
  void aFileOfTheUsersIsNoDefault() throws IOException {
    Path conf =
        Files.writeString(folder.resolve("reference.conf"), "multigrid.simulate.spread = 0.5\n");
    Outcome outcome =
        flat("--conf", conf.toString(), "--dataset-size", "16", "--step-times", file, "--simulate");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
    assertThat(outcome.out())
        .containsPattern("assumed: simulate.spread, .* = 0.5 \\(.*reference.conf:1\\)")
        .containsPattern("assumed: simulate.side-by-side, .* = 0 \\(default\\)");
  }

  /** What was measured on two executors lacks the shape. */
  @Test
  void aDefaultNumberOfExecutorsThatCannotBeSimulatedHasItsReason() throws IOException {
    Files.writeString(
        Path.of(file),
        FLAT.replace(
            "1000}]}]}",
            """
            1000}]},
              {"executors": 2, "exchangeSeconds": 0.1, "steps": [
                {"clips": 4, "frames": 4, "crop": 16, "seconds": 0.5}]}]}
            """));
    String reason =
        "times.json: steps on 2 executors: no step of 4 frames x 32^2 pixels, which the plan has";
    Outcome standard = flat("--dataset-size", "16", "--step-times", file, "--simulate");
    assertThat(standard.code()).as(standard.err()).isEqualTo(Exit.DONE);
    assertThat(standard.out())
        .containsPattern("\n1 +16 ")
        .containsPattern("\n2 +.*" + Pattern.quote(reason));
    Outcome asked = flat("--step-times", file, "--simulate", "--set", "simulate.executors=[1, 2]");
    assertThat(asked.code()).isEqualTo(Exit.USAGE);
    assertThat(asked.err()).contains(reason);
    Outcome own = flat("--step-times", file, "--simulate", "--executors", "2");
    assertThat(own.code()).isEqualTo(Exit.USAGE);
    assertThat(own.err()).contains(reason);
  }

  /** Without checkpoints a longer run needs fewer losses; the baseline's is longer. */
  @Test
  void whyThereIsNoBaselineIsSaid() throws IOException {
    List<String> sets = new ArrayList<>(TinyData.sets());
    sets.addAll(
        List.of(
            "checkpoint.every-iterations=0", "cycles.epoch-factor=1.0", "simulate.executors=[]"));
    StringBuilder steps = new StringBuilder();
    for (int frames : new int[] {1, 2, 4}) {
      for (int crop : new int[] {16, 23, 32}) {
        steps
            .append(steps.isEmpty() ? "" : ",")
            .append("{\"clips\": 4, \"seconds\": ")
            .append(frames * crop * crop)
            .append(", \"frames\": ")
            .append(frames)
            .append(", \"crop\": ")
            .append(crop)
            .append('}');
      }
    }
    Files.writeString(
        Path.of(file), FLAT.replaceAll("(?s)\"steps\": .*", "\"steps\": [" + steps + "]}]}"));
    String[] arguments = {
      "--dataset-size", "64", "--step-times", file, "--simulate", "--format", "json"
    };
    Outcome outcome = plan(sets, arguments);
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
    JsonNode both = new ObjectMapper().readTree(outcome.out()).get("simulation");
    assertThat(both.has("baselineMissing")).isFalse();
    double between =
        (both.get("multigrid").get("seconds").asDouble()
                + both.get("baseline").get("seconds").asDouble())
            / 2;
    sets.add("simulate.losses.per-hour=" + 20 / between * 3600);
    Outcome losing = plan(sets, arguments);
    assertThat(losing.code()).as(losing.err()).isEqualTo(Exit.DONE);
    JsonNode one = new ObjectMapper().readTree(losing.out()).get("simulation");
    assertThat(one.get("multigrid").get("hours").asDouble()).isPositive();
    assertThat(one.has("baseline")).isFalse();
    assertThat(one.get("baselineMissing").asText())
        .startsWith("--set: multigrid.simulate.losses.per-hour = ");
  }

  @Test
  void whatIsWrongWithASimulationIsToldTogetherWithAllElse() {
    Outcome outcome =
        plan(
            List.of(
                "workers=4",
                "batch=32",
                "solver.epochs=0",
                "simulate.spread=-1",
                "simulate.executors=[0, 1]",
                "simulate.exchange.kind=star",
                "simulate.exchange.overlap=1.5",
                "simulate.losses.per-hour=-1",
                "simulate.exchange.bandwith=1"),
            "--simulate");
    assertThat(outcome.code()).isEqualTo(Exit.USAGE);
    assertThat(outcome.err())
        .contains(
            "--set: multigrid.simulate.exchange.bandwith: there is no such setting; did you mean multigrid.simulate.exchange.bandwidth?")
        .contains("multigrid.simulate.exchange.overlap = 1.5: must be a share: 0 to 1")
        .contains("multigrid.solver.epochs = 0: must be at least 1")
        .contains("--set: multigrid.simulate.spread = -1: must not be negative; give 0 or more")
        .contains("multigrid.simulate.executors = [0,1]: must be numbers of at least 1")
        .contains("multigrid.simulate.exchange.kind = \"star\": must be one of slices, ring")
        .contains("multigrid.simulate.losses.per-hour = -1: must not be negative")
        .contains("--simulate: simulates nothing without --step-times");
    Outcome many =
        flat("--step-times", file, "--simulate", "--set", "simulate.executors=[1, 2, 3]");
    assertThat(many.code()).isEqualTo(Exit.USAGE);
    assertThat(many.err())
        .contains(
            "--set: multigrid.simulate.executors = [1,2,3]: must be at most 2, as 4 workers in groups of 2 stay together; take fewer executors or more workers");
  }

  @Test
  void calibratesWritesTheFileAndPredicts() throws IOException {
    String data = folder.resolve("data").toString();
    TinyData.write(data, new Configuration(), TinyData.settings(), 64);
    String own = folder.resolve("own.json").toString();
    Outcome outcome =
        plan(
            TinyData.sets(),
            "--calibrate",
            "--rounds",
            "1",
            "--data",
            data,
            "--step-times",
            own,
            "--format",
            "json");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(Exit.DONE);
    assertThat(outcome.err()).contains("calibrating: stage 1 of ");
    JsonNode forecast = new ObjectMapper().readTree(outcome.out()).get("forecast");
    assertThat(forecast.get("seconds").asDouble()).isPositive();
    assertThat(forecast.get("baseline").get("seconds").asDouble()).isPositive();
    assertThat(forecast.get("assumptions")).isEmpty();
    // A person may change the file.
    Files.writeString(Path.of(own), Files.readString(Path.of(own)) + "\n");
    assertThat(plan(TinyData.sets(), "--data", data, "--step-times", own).code())
        .isEqualTo(Exit.DONE);
  }
}

package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.ConfigurationException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepTimesFileTest {
  private static final StepTimes ONE =
      new StepTimes(
          1,
          0.012,
          List.of(
              new StepTimes.Step(64, 8, 158, 0.41, 0.9, 812_000),
              new StepTimes.Step(8, 32, 224, 0.52, 0, 0)));

  private static String file(String measurements) {
    return """
        {"format": "multigrid-step-times", "version": 1, "measurements": [%s]}"""
        .formatted(measurements);
  }

  private static void refused(String text, String... messages) {
    assertThatThrownBy(() -> StepTimesFile.parse("t.json", text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(String.join("\n", messages));
  }

  @Test
  void whatIsWrittenIsRead() {
    List<StepTimes> times = List.of(ONE, new StepTimes(4, 0, ONE.steps()));
    assertThat(StepTimesFile.parse("t.json", StepTimesFile.json(times))).isEqualTo(times);
  }

  @Test
  void decodingAndBytesMayBeLeftOut() {
    List<StepTimes> times =
        StepTimesFile.parse(
            "t.json",
            file(
                """
                {"executors": 2, "exchangeSeconds": 0,
                 "steps": [{"clips": 8, "frames": 4, "crop": 32, "seconds": 1}]}"""));
    assertThat(times)
        .containsExactly(new StepTimes(2, 0, List.of(new StepTimes.Step(8, 4, 32, 1, 0, 0))));
  }

  @Test
  void aNewMeasurementTakesThePlaceOfTheOldOneOnAsManyExecutors() {
    StepTimes two = new StepTimes(2, 0.1, ONE.steps());
    StepTimes again = new StepTimes(1, 0.5, ONE.steps());
    assertThat(StepTimesFile.with(List.of(two), ONE)).containsExactly(ONE, two);
    assertThat(StepTimesFile.with(List.of(ONE, two), again)).containsExactly(again, two);
  }

  @Test
  void whatIsNoSuchFileIsSaid() {
    String remedy = "; mend it, or measure again with plan --calibrate";
    refused("[]", "t.json: content = []: must be an object" + remedy);
    refused(
        "{\"format\": \"other\", \"version\": 1}",
        "t.json: format = other version 1: must be multigrid-step-times version 1" + remedy);
    assertThatThrownBy(() -> StepTimesFile.parse("t.json", "{\n\"format\": }"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("t.json:2: syntax: is not JSON: ")
        .hasMessageEndingWith(remedy);
    refused(file(""), "t.json: measurements = []: must be a list of at least one" + remedy);
    refused(
        "{\"format\": \"multigrid-step-times\", \"version\": 1}",
        "t.json: measurements: is missing; must be a list of at least one" + remedy);
  }

  @Test
  void everythingThatIsWrongIsListedTogether() {
    String remedy = "; mend it, or measure again with plan --calibrate";
    refused(
        file(
            """
            {"executors": 0, "exchangeSeconds": -0.5,
             "steps": [{"clips": 8.5, "frames": "4", "crop": 32, "seconds": 0, "second": 1},
                       {"frames": 4, "crop": 32, "seconds": 1, "decodeSeconds": -1, "storageBytes": true}]}"""),
        "t.json: measurements[0].executors = 0: must be a whole number of at least 1" + remedy,
        "t.json: measurements[0].exchangeSeconds = -0.5: must be a number, 0 or more" + remedy,
        "t.json: measurements[0].steps[0].second = 1: there is no such field; the fields are clips, crop, decodeSeconds, frames, seconds, storageBytes"
            + remedy,
        "t.json: measurements[0].steps[0].clips = 8.5: must be a whole number of at least 1"
            + remedy,
        "t.json: measurements[0].steps[0].frames = \"4\": must be a whole number of at least 1"
            + remedy,
        "t.json: measurements[0].steps[0].seconds = 0: must be a number above 0" + remedy,
        "t.json: measurements[0].steps[1].clips: is missing; must be a whole number of at least 1"
            + remedy,
        "t.json: measurements[0].steps[1].decodeSeconds = -1: must be a number, 0 or more" + remedy,
        "t.json: measurements[0].steps[1].storageBytes = true: must be a number, 0 or more"
            + remedy);
  }

  @Test
  void whatStandsThereTwiceIsRefused() {
    String step = "{\"clips\": 8, \"frames\": 4, \"crop\": 32, \"seconds\": 1}";
    String one = "{\"executors\": 1, \"exchangeSeconds\": 0, \"steps\": [%s]}";
    assertThatThrownBy(() -> StepTimesFile.parse("t.json", file(one.formatted(step + "," + step))))
        .hasMessageContaining("measurements[0].steps[1] = ")
        .hasMessageContaining("a step of 8 x 4 x 32^2 stands there twice");
    assertThatThrownBy(
            () ->
                StepTimesFile.parse(
                    "t.json", file(one.formatted(step) + "," + one.formatted(step))))
        .hasMessageContaining("measurements[1].executors = 1: stands there twice");
  }
}

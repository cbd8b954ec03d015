package io.multigrid.train.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Settings;
import io.multigrid.networks.Architecture;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import io.multigrid.train.TinyData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * By hand: 4 workers of 2 clips of 4 x 32^2, 16 videos, 8 epochs, so 16 iterations of 8 clips. With
 * groups of 4 clips two workers stay together, and a step has 4 clips.
 */
class ForecastTest {
  private static final Offset<Double> EXACT = within(1e-9);
  private static final Offset<Double> ROUNDED = within(1e-3);

  private static Plan plan(String... sets) {
    String[] all =
        Stream.concat(Stream.of("cycles.long=false", "cycles.short=false"), Stream.of(sets))
            .toArray(String[]::new);
    return Plan.of(Recipe.from(TinyData.settings(all)), 16);
  }

  private static StepTimes times(int executors, StepTimes.Step... steps) {
    return new StepTimes(executors, 0.1, List.of(steps));
  }

  private static StepTimes.Step step(int clips, double seconds, double decodeSeconds) {
    return new StepTimes.Step(clips, 4, 32, seconds, decodeSeconds, 250.0 * clips);
  }

  private static Forecast forecast(Plan plan, int executors, StepTimes... times) {
    return Forecast.of(plan, new Forecast.Cluster(executors, 1, 4), "t.json", List.of(times));
  }

  @Test
  void oneExecutorComputesOneStepAfterTheOther() {
    Forecast forecast = forecast(plan(), 1, times(1, step(4, 0.5, 0.3)));
    assertThat(forecast.seconds()).isCloseTo(16 * (2 * 0.5 + 0.1), EXACT);
    assertThat(forecast.iterations()).isEqualTo(16);
    assertThat(forecast.clips()).isEqualTo(128);
    assertThat(forecast.pixelBytes()).isEqualTo(128.0 * 3 * 4 * 32 * 32);
    assertThat(forecast.storageBytes()).isEqualTo(128 * 250.0);
    assertThat(forecast.exchangeBytes()).isZero();
    assertThat(forecast.assumptions()).isEmpty();
  }

  @Test
  void theFeedSetsThePaceWhereItIsSlower() {
    Forecast forecast = forecast(plan(), 2, times(2, step(4, 0.5, 2.0)));
    assertThat(forecast.seconds()).isCloseTo(16 * (2.0 + 0.1), EXACT);
    assertThat(forecast.stages().stream().mapToDouble(Forecast.StageForecast::waitSeconds).sum())
        .isCloseTo(16 * 1.5, EXACT);
    Forecast threads =
        Forecast.of(
            plan(), new Forecast.Cluster(2, 4, 4), "t.json", List.of(times(2, step(4, 0.5, 2.0))));
    assertThat(threads.seconds()).isCloseTo(16 * (0.5 + 0.1), EXACT);
  }

  @Test
  void whatWasMeasuredOnAsManyExecutorsCounts() {
    StepTimes[] times = {
      times(1, step(4, 0.5, 0)), times(2, step(4, 0.7, 0)), times(8, step(4, 9, 0))
    };
    assertThat(forecast(plan(), 2, times).seconds()).isCloseTo(16 * 0.8, EXACT);
    Forecast three = forecast(plan("cycles.bn-group=2"), 3, times);
    // Three executors for four workers: the first has two of them, each with a step of 2 clips.
    assertThat(three.seconds()).isCloseTo(16 * (2 * 0.35 + 0.1 * (2 / 3.0) / 0.5), EXACT);
    assertThat(three.assumptions())
        .containsExactly(
            "each executor computes as fast as one of the 2 that were measured",
            "the exchange takes 1.333 times as long, as an executor receives so many times the bytes, over a link of its own",
            "a step of 2 clips of 4 x 32^2 takes 0.5000 times as long as one of 4");
  }

  @Test
  void anExchangeWithinOneExecutorIsTakenAsItIsAndSaid() {
    Forecast forecast = forecast(plan(), 2, times(1, step(4, 0.5, 0)));
    assertThat(forecast.seconds()).isCloseTo(16 * 0.6, EXACT);
    assertThat(forecast.assumptions()).contains("the exchange takes as long as on 1");
  }

  @Test
  void weightsAndGradientsTravelToEveryOtherExecutor() {
    Plan plan = plan();
    long parameters =
        Architecture.of(plan.recipe().model()).parameters().stream()
            .mapToLong(TensorInfo::count)
            .sum();
    StepTimes times = times(2, step(4, 0.5, 0));
    assertThat(forecast(plan, 2, times).exchangeBytes()).isEqualTo(2.0 * 4 * parameters);
    Forecast half = Forecast.of(plan, new Forecast.Cluster(2, 1, 2), "t.json", List.of(times));
    assertThat(half.exchangeBytes()).isEqualTo(2.0 * 2 * parameters);
    assertThat(half.checkpointBytes()).isGreaterThan(8.0 * parameters).isLessThan(9.0 * parameters);
  }

  /** Both cycles, all shapes at 1 s a clip: the sum is that of the plan's clips. */
  @Test
  void countsEveryIterationOfEveryShape() {
    Plan plan = Plan.of(Recipe.from(Settings.reference()), 240_000);
    List<StepTimes.Step> steps = new ArrayList<>();
    for (Stage stage : plan.stages()) {
      for (ShortShape shape : stage.shortCycle()) {
        steps.add(new StepTimes.Step(1, stage.frames(), shape.crop(), 1, 0, 0));
      }
    }
    Forecast forecast =
        Forecast.of(
            plan,
            new Forecast.Cluster(8, 1, 4),
            "t.json",
            List.of(new StepTimes(8, 0, steps.stream().distinct().toList())));
    assertThat(forecast.iterations()).isEqualTo(plan.iterations());
    assertThat(forecast.clips()).isEqualTo(plan.clips());
    assertThat(forecast.pixelBytes()).isCloseTo(3 * plan.pixels(), within(1.0));
    assertThat(forecast.seconds()).isCloseTo(plan.clips() / 8.0, ROUNDED);
  }

  @Test
  void everyShapeThatWasNotMeasuredIsNamed() {
    Plan both = Plan.of(Recipe.from(TinyData.settings()), 64);
    assertThatThrownBy(() -> forecast(both, 1, times(1, step(4, 0.5, 0))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "t.json: steps on 1 executors: no step of 1 frames x 16^2 pixels, which the plan has; measure again with plan --calibrate")
        .hasMessageContaining("no step of 2 frames x 16^2 pixels")
        .hasMessageNotContaining("4 frames x 32^2");
  }

  @Test
  void moreExecutorsThanGroupsOfWorkersAreRefused() {
    assertThatThrownBy(() -> forecast(plan(), 3, times(1, step(4, 0.5, 0))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "--executors: 3: must be at most 2, as 4 workers in groups of 2 stay together; take fewer executors or more workers");
  }

  /**
   * What {@code plan --calibrate} would have measured in a recorded run of the quickstart, the
   * second five iterations of every shape, against what the whole run took.
   */
  @ParameterizedTest
  @CsvSource({"quickstart-474, 720", "quickstart-576, 880"})
  void predictsARecordedRunFromAFewIterationsOfEveryShape(String name, long videos)
      throws IOException {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                ForecastTest.class.getResourceAsStream("/recorded/" + name + ".csv"),
                StandardCharsets.UTF_8))) {
      for (String line : in.lines().skip(1).toList()) {
        int at = line.lastIndexOf(',');
        seconds
            .computeIfAbsent(line.substring(0, at), shape -> new ArrayList<>())
            .add(Double.valueOf(line.substring(at + 1)));
      }
    }
    List<StepTimes.Step> steps = new ArrayList<>();
    seconds.forEach(
        (shape, all) -> {
          int[] numbers = Stream.of(shape.split(",")).mapToInt(Integer::parseInt).toArray();
          double mean = all.subList(5, 10).stream().mapToDouble(s -> s).average().orElseThrow();
          steps.add(new StepTimes.Step(numbers[0], numbers[1], numbers[2], mean, 0, 0));
        });
    Plan plan =
        Plan.of(Recipe.from(Settings.recipe("quickstart", List.of("model.classes=8"))), videos);
    double took = seconds.values().stream().flatMap(List::stream).mapToDouble(s -> s).sum();
    assertThat(forecast(plan, 1, new StepTimes(1, 0, steps)).seconds())
        .isCloseTo(took, within(0.15 * took));
  }
}

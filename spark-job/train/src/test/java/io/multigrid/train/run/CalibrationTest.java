package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import io.multigrid.shard.Dataset;
import io.multigrid.train.TinyData;
import io.multigrid.train.cluster.Sparks;
import io.multigrid.train.forecast.Forecast;
import io.multigrid.train.forecast.StepTimes;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
  private static final int VIDEOS = 64;
  @TempDir Path folder;

  @Test
  void runsEveryShapeOfAStageOftenEnough() {
    Plan plan = Plan.of(Recipe.from(TinyData.settings()), 2400);
    for (Stage stage : plan.stages()) {
      int iterations = Calibration.iterations(plan, stage, 3);
      assertThat(leastOften(plan, stage, iterations)).isEqualTo(3);
      assertThat(leastOften(plan, stage, iterations - 1)).isEqualTo(2);
    }
    assertThat(Calibration.iterations(plan, plan.stages().get(0), 1_000_000))
        .isEqualTo((int) plan.stages().get(0).iterations());
  }

  /** How often the shape comes that comes least often in so many iterations. */
  private static long leastOften(Plan plan, Stage stage, int iterations) {
    long first = stage.firstIteration();
    return IntStream.range(0, stage.shortCycle().size())
        .mapToLong(
            turn ->
                LongStream.range(first, first + iterations)
                    .filter(i -> plan.iteration(i).shortIndex() == turn)
                    .count())
        .min()
        .orElseThrow();
  }

  @Test
  void measuresEveryShapeThatThePlanHasOnTheEngine() throws IOException {
    for (int executors : new int[] {1, 2}) {
      StepTimes times = measure(executors);
      assertThat(times.executors()).isEqualTo(executors);
      assertThat(times.exchangeSeconds()).isPositive();
      Plan plan = Plan.of(Recipe.from(TinyData.settings()), VIDEOS);
      Set<String> expected = new HashSet<>();
      for (Stage stage : plan.stages()) {
        for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
          ShortShape shape = stage.shortCycle().get(turn);
          if (stage.iterations(turn) > 0) {
            int clips = shape.batch() / 4 * stage.batchNorm().syncWorkers();
            expected.add(clips + "x" + stage.frames() + "x" + shape.crop());
          }
        }
      }
      List<String> found = new ArrayList<>();
      for (StepTimes.Step step : times.steps()) {
        found.add(step.clips() + "x" + step.frames() + "x" + step.crop());
        assertThat(step.seconds()).isPositive();
        assertThat(step.decodeSeconds()).isPositive();
        // Raw videos of 8 frames; a clip reads from one of them to all.
        int side = step.crop() * 40 / 32;
        double frame = 3.0 * side * 1.25 * side;
        assertThat(step.storageBytes() / step.clips()).isBetween(0.8 * frame, 9 * frame);
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
      Forecast forecast =
          Forecast.of(plan, new Forecast.Cluster(executors, 1, 4), "t.json", List.of(times));
      assertThat(forecast.seconds()).isPositive();
    }
  }

  private StepTimes measure(int executors) throws IOException {
    Settings settings = TinyData.settings("engine.executors=" + executors);
    try (JavaSparkContext spark = Sparks.forTraining("test", TrainSettings.from(settings))) {
      String uri = folder.resolve("data-" + executors).toString();
      TinyData.write(uri, spark.hadoopConfiguration(), settings, VIDEOS);
      Dataset data = Dataset.open(uri, spark.hadoopConfiguration());
      return Calibration.measure(spark, RunSettings.from(settings), data, 1, text -> {});
    }
  }
}

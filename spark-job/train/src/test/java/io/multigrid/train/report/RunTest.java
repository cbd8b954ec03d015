package io.multigrid.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of a run does not grow with it. */
class RunTest {
  /** Ten stages, two shapes in turns, and a loss that falls evenly from 1 to 0. */
  private static Run run(int iterations) {
    Run run = new Run("one");
    for (int i = 0; i < iterations; i++) {
      run.add(
          new Step(
              i + 1,
              i / (iterations / 10),
              new Step.Shape(i % 2 == 0 ? 8 : 16, 4, 32),
              0.1,
              loss(i, iterations),
              new Step.Times(0.25, 0.5, 0.125)));
    }
    return run;
  }

  private static double loss(int iteration, int iterations) {
    return 1 - iteration / (double) iterations;
  }

  @Test
  void pointsOfALongRunAreMerged() {
    LossCurve curve = run(100_000).loss();
    assertThat(curve.window()).isEqualTo(80);
    List<LossCurve.Point> points = curve.points();
    assertThat(points).hasSize(1_250).hasSizeLessThan(LossCurve.MOST);
    for (int p = 0; p < points.size(); p++) {
      assertThat(points.get(p).elapsed()).isEqualTo(80 * (p + 1));
      double mean = (loss(80 * p, 100_000) + loss(80 * p + 79, 100_000)) / 2;
      assertThat(points.get(p).loss()).isCloseTo(mean, within(1e-9));
    }
  }

  @Test
  void theRestOfALongRunIsSumsAndExtremes() {
    Run run = run(100_000);
    assertThat(run.iterations()).isEqualTo(100_000);
    assertThat(run.seconds()).isEqualTo(100_000);
    assertThat(run.times()).isEqualTo(new Step.Times(25_000, 50_000, 12_500));
    assertThat(run.shapes())
        .containsExactlyInAnyOrder(new Step.Shape(8, 4, 32), new Step.Shape(16, 4, 32));
    assertThat(run.stages()).hasSize(10);
    Stage last = run.stages().get(9);
    assertThat(List.of(last.first(), last.end())).containsExactly(90_000L, 100_000L);
    assertThat(List.of(last.batch.getMin(), last.batch.getMax())).containsExactly(8.0, 16.0);
  }

  /** As many points as before there was a limit. */
  @Test
  void aShortRunKeepsEveryPoint() {
    LossCurve curve = run(20 * (LossCurve.MOST - 1)).loss();
    assertThat(curve.window()).isEqualTo(20);
    assertThat(curve.points()).hasSize(LossCurve.MOST - 1);
  }
}

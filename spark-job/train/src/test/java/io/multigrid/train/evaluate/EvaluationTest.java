package io.multigrid.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  @Test
  void sharesLossConfusionAndRecall() {
    Evaluation all =
        of(
            List.of(
                prediction(new int[] {0}, 0.5f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f),
                prediction(new int[] {1}, 0.5f, 0.3f, 0.05f, 0.05f, 0.05f, 0.05f),
                prediction(new int[] {5}, 0.3f, 0.2f, 0.2f, 0.15f, 0.1f, 0.05f)),
            6,
            2);

    assertThat(all.videos()).isEqualTo(3);
    assertThat(all.top1()).isEqualTo(1 / 3.0);
    assertThat(all.top5()).isEqualTo(2 / 3.0);
    assertThat(all.loss())
        .isCloseTo(-(Math.log(0.5) + Math.log(0.3) + Math.log(0.05)) / 3, within(1e-6));
    assertThat(all.confusion()[1][0]).isEqualTo(1);
    assertThat(all.recall(0)).isEqualTo(1);
    assertThat(all.recall(1)).isZero();
    assertThat(all.recall(2)).isNaN();
  }

  @Test
  void meanAveragePrecisionOfManyLabels() {
    Evaluation all =
        of(
            List.of(
                prediction(new int[] {0, 1}, 0.9f, 0.2f, 0.1f),
                prediction(new int[] {1}, 0.8f, 0.9f, 0.1f),
                prediction(new int[] {0}, 0.7f, 0.8f, 0.1f),
                prediction(new int[] {}, 0.1f, 0.1f, 0.1f)),
            3,
            1);
    // Class 0: right at ranks 1 and 3; class 1: at ranks 1 and 3; class 2 has no videos.
    assertThat(all.meanAveragePrecision()).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
    assertThat(all.top1()).isEqualTo(2 / 4.0);
  }

  private static Evaluation of(List<Prediction> predictions, int classes, double seconds) {
    List<Scored> all = new ArrayList<>();
    for (Prediction one : predictions) {
      all.add(Scored.of(new Prediction(all.size(), one.labels(), one.scores())));
    }
    Tally tally = Tally.of(all.iterator(), classes);
    return tally.evaluation(tally.ranking().count(all.iterator()).meanAveragePrecision(), seconds);
  }

  private static Prediction prediction(int[] labels, float... scores) {
    return new Prediction(0, labels, scores);
  }
}

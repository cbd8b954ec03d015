package io.multigrid.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EvaluationTest {
  @Test
  void countsAddUpHoweverTheVideosAreSplit() {
    Evaluation.Tally one = new Evaluation.Tally(6);
    one.add(0, new float[] {0.5f, 0.1f, 0.1f, 0.1f, 0.1f, 0.1f});
    Evaluation.Tally two = new Evaluation.Tally(6);
    two.add(1, new float[] {0.5f, 0.3f, 0.05f, 0.05f, 0.05f, 0.05f});
    two.add(5, new float[] {0.3f, 0.2f, 0.2f, 0.15f, 0.1f, 0.05f});

    Evaluation all = one.plus(two).result(2);

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
}

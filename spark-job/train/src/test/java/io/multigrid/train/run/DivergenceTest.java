package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import org.junit.jupiter.api.Test;

class DivergenceTest {
  @Test
  void aLossAboveTheLimitForSoManyIterationsOnEnd() {
    Divergence divergence = new Divergence(0.7, 20, 3);
    assertThat(divergence.after(15)).isEmpty();
    assertThat(divergence.after(15)).isEmpty();
    assertThat(divergence.after(13.9)).as("below again").isEmpty();
    assertThat(divergence.after(15)).isEmpty();
    assertThat(divergence.after(15)).isEmpty();
    assertThat(divergence.after(16))
        .contains("the loss was above 14.0 for 3 iterations on end, and is 16.0");
    assertThat(new Divergence(0.7, 0, 1).after(1e30)).as("no limit").isEmpty();
    assertThat(new Divergence(0.7, 0, 1).after(Double.NaN)).contains("the loss is NaN");
  }

  /** A sigmoid loss is a mean over classes: that there are many makes guessing no worse. */
  @Test
  void guessingCostsWhatTheLossIsOfEquallyLikelyAnswers() {
    assertThat(guessing("model.classes=157", "model.loss=softmax")).isCloseTo(5.056, within(0.001));
    assertThat(guessing("model.classes=157", "model.loss=sigmoid")).isCloseTo(0.693, within(0.001));
  }

  private static double guessing(String... sets) {
    return Divergence.guessing(Recipe.from(TinyData.settings(sets)).model());
  }
}

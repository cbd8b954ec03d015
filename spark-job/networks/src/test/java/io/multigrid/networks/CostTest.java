package io.multigrid.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
  private static final List<Integer> ONE_EACH = List.of(1, 1, 1, 1);

  /** Convolutions, and one each for what normalisation and the last pooling take. */
  @Test
  void isThatOfACountByHand() {
    long frames = 2;
    long side = 32; // of a crop of 64, after the stem
    long count = frames * side * side * 8 * (3 * 49 + 1);
    side = 16; // pooled
    long in = 8;
    for (int stage = 0; stage < 4; stage++) {
      long inner = 8L << stage;
      long out = 4 * inner;
      long kernel = stage < 2 ? 1 : 3; // frames
      count += frames * side * side * inner * (kernel * in + 1); // a
      side = stage > 0 ? side / 2 : side;
      long places = frames * side * side;
      count += places * inner * (9 * inner + 1); // b
      count += places * out * (inner + 1); // c
      count += places * out * (in + 1); // shortcut
      in = out;
    }
    count += frames * side * side * in + in * 400;
    assertThat(Cost.of(Networks.slow(8, ONE_EACH), 2, 64).multiplyAdds()).isEqualTo(count);
  }

  @Test
  void growsAsFramesAndNearlyAsPixels() {
    Model slow = Networks.slow(64, Networks.DEPTH_50);
    double one = Cost.of(slow, 8, 112).multiplyAdds();
    assertThat(Cost.of(slow, 16, 112).multiplyAdds() / one).isBetween(1.99, 2.0);
    assertThat(Cost.of(slow, 8, 224).multiplyAdds() / one).isBetween(3.7, 4.0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "12 | 64 | ",
        "6 | 64 | 6 frames must be a multiple of model.alpha = 4",
        "2 | 64 | 2 frames must be a multiple of model.alpha = 4",
        "4 | 0 | 4 frames of 0 pixels must be at least 1 of 1"
      })
  void refusalsNameWhatIsWrong(int frames, int crop, String refusal) {
    Model model = Networks.slowfast(8, ONE_EACH, Networks.PLAIN);
    List<String> refusals = Cost.refusals(model, frames, crop);
    if (refusal == null) {
      assertThat(refusals).isEmpty();
    } else {
      assertThat(refusals).contains(refusal);
      assertThatThrownBy(() -> Cost.of(model, frames, crop))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(refusal);
    }
  }

  @Test
  void aClipThatIsTooShortToPoolIsRefused() {
    assertThat(Cost.refusals(Networks.i3d(8, ONE_EACH), 1, 64))
        .containsExactly("1 frames of 64 pixels: a window of 2 frames finds only 1");
  }
}

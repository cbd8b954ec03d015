package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClipSamplerTest {
  @Test
  void framesSpanTheClipAndStayInTheVideo() {
    // 8 frames at stride 4 cover positions 0 to 31 of the source; every second one is stored.
    assertThat(ClipSampler.frames(0, 32, 8, 2, 16)).containsExactly(0, 2, 4, 6, 8, 11, 13, 15);
  }

  @Test
  void aVideoShorterThanTheClipRepeatsItsLastFrame() {
    int[] frames = ClipSampler.frames(0, 32, 8, 2, 3);
    assertThat(frames).isSorted().startsWith(0).endsWith(2);
    assertThat(Arrays.stream(frames).filter(f -> f == 2).count()).isGreaterThan(4);
  }

  @Test
  void oneViewIsCentralAndSeveralReachBothEnds() {
    ClipSampler.Size wide = new ClipSampler.Size(200, 100);
    assertThat(window(wide, 0, 1)).isEqualTo(new ClipWindow(60, 10, 80, false));
    assertThat(window(wide, 0, 3).left()).isZero();
    assertThat(window(wide, 1, 3).left()).isEqualTo(60);
    assertThat(window(wide, 2, 3).left()).isEqualTo(120);
    ClipSampler.Size tall = new ClipSampler.Size(100, 200);
    assertThat(window(tall, 2, 3)).isEqualTo(new ClipWindow(10, 120, 80, false));
  }

  private static ClipWindow window(ClipSampler.Size size, int position, int positions) {
    ClipSampler.View view = new ClipSampler.View(0, 1, position, positions);
    return ClipSampler.evaluationWindow(size, view, 64, 80);
  }
}

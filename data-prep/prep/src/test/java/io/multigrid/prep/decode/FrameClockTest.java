package io.multigrid.prep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FrameClockTest {
  private static final double STEP = 1 / 30.0;

  private static FrameClock after(double... stamps) {
    FrameClock clock = new FrameClock(STEP);
    for (double stamp : stamps) {
      clock.next(stamp);
    }
    return clock;
  }

  private static double[] steady(int frames, double gap) {
    double[] stamps = new double[frames];
    for (int f = 0; f < frames; f++) {
      stamps[f] = 5 + f * gap;
    }
    return stamps;
  }

  @Test
  void stampsAreTimes() {
    FrameClock clock = new FrameClock(STEP);
    assertThat(clock.next(5)).isEqualTo(5);
    assertThat(clock.next(5.5)).isEqualTo(5.5);
    assertThat(clock.note()).isEmpty();
  }

  @Test
  void timeThatIsMissingStandsStillOrRunsBackGoesOneStepForward() {
    FrameClock clock = after(5, 6);
    assertThat(clock.next(Double.NaN)).isEqualTo(6 + STEP);
    assertThat(clock.next(6)).isEqualTo(6 + 2 * STEP);
    assertThat(clock.next(0)).isEqualTo(6 + 3 * STEP);
    assertThat(clock.next(7)).isEqualTo(7);
    assertThat(clock.note()).isEmpty();
  }

  /** As a recording does whose clock was set while it ran. */
  @Test
  void aJumpIsCutAndWhatIsBehindItMoves() {
    FrameClock clock = after(steady(31, STEP));
    assertThat(clock.next(93_606)).isEqualTo(6 + STEP, within(1e-9));
    assertThat(clock.next(93_606.5)).isEqualTo(6.5 + STEP, within(1e-9));
    assertThat(clock.note()).isEqualTo("jumps of the clock, which were cut: 1, 93600.0 s in all");
  }

  @Test
  void aPictureMayStandStillForHalfAMinute() {
    assertThat(after(steady(31, STEP)).next(35)).isEqualTo(35);
    assertThat(after(steady(31, STEP)).next(37)).isEqualTo(6 + STEP, within(1e-9));
  }

  /** A slide a minute; the talk about one of them takes eight. */
  @Test
  void slidesStandAsLongAsSlidesDo() {
    FrameClock clock = after(steady(10, 60));
    assertThat(clock.next(5 + 9 * 60 + 480)).isEqualTo(5 + 9 * 60 + 480);
    assertThat(clock.note()).isEmpty();
  }

  /** However few there are: each frame stands for ten minutes at most. */
  @Test
  void aVideoIsNoLongerThanItsFramesCanStand() {
    assertThat(after(5).next(5 + 600)).isEqualTo(605);
    assertThat(after(5).next(5 + 601)).isEqualTo(5 + STEP);
    double[] far = new double[100];
    for (int f = 0; f < far.length; f++) {
      far[f] = f * 86_400.0;
    }
    assertThat(after(far).next(1e9)).isLessThan(100 * 600);
  }
}

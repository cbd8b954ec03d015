package io.multigrid.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bfloat16Test {
  @ParameterizedTest
  @CsvSource({
    // out, kernel frames, kernel side, stride, frames, width
    "8, 1, 7, 2, 4, 158, true", // narrow stems
    "16, 1, 7, 2, 4, 256, true",
    "16, 1, 7, 2, 4, 112, true", // at every crop
    "31, 5, 7, 2, 8, 224, true",
    "32, 1, 7, 2, 4, 256, false",
    "64, 5, 7, 2, 8, 224, false",
    "16, 1, 3, 2, 4, 40, true", // narrow, and moved by more than a pixel
    "16, 1, 3, 1, 4, 40, false",
    "16, 1, 1, 2, 4, 40, false",
    "256, 3, 1, 1, 2, 14, true", // more frames than the clip
    "256, 3, 1, 1, 1, 14, true",
    "256, 3, 1, 1, 3, 14, false",
    "64, 5, 7, 2, 4, 224, true",
    "512, 1, 3, 2, 4, 2, true", // rows of one pixel
    "2048, 1, 1, 2, 4, 2, true",
    "512, 1, 3, 1, 4, 1, false",
    "512, 1, 3, 2, 4, 3, false"
  })
  void isHarmedByShapeAlone(
      int out, int frames, int side, int stride, int clip, int width, boolean harmed) {
    long[] kernel = {frames, side, side};
    Conv conv = new Conv(0, OptionalInt.empty(), 3, out, kernel, new long[] {1, stride, stride});
    assertThat(Bfloat16.harms(conv, clip, width)).isEqualTo(harmed);
  }
}

package io.multigrid.networks;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.networks.Model.Compute;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More clips, frames or pixels never take less memory; keeping less takes less. */
class FootprintMonotoneTest {
  private static final List<Integer> BLOCKS = List.of(1, 2, 1, 1);

  @ParameterizedTest
  @EnumSource(Compute.Precision.class)
  void growsWithClipsFramesAndCrop(Compute.Precision precision) {
    for (Compute.Layout layout : Compute.Layout.values()) {
      for (Compute.Keep keep : Compute.Keep.values()) {
        Model model = Networks.slowfast(16, BLOCKS, new Compute(precision, layout, keep));
        long before = 0;
        for (int clips = 1; clips < 5; clips++) {
          before = more(before, new Footprint(model, clips).step(8, 64));
        }
        before = 0;
        for (int frames = 4; frames < 33; frames += 4) {
          before = more(before, new Footprint(model, 2).step(frames, 64));
        }
        before = 0;
        for (int crop = 32; crop < 257; crop += 32) {
          before = more(before, new Footprint(model, 2).step(8, crop));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Compute.Precision.class)
  void keepingStagesOnlyTakesLess(Compute.Precision precision) {
    Compute all = new Compute(precision, Compute.Layout.CHANNELS_FIRST, Compute.Keep.EVERYTHING);
    Compute stages = new Compute(precision, Compute.Layout.CHANNELS_FIRST, Compute.Keep.STAGES);
    long less = new Footprint(Networks.slowfast(16, BLOCKS, stages), 4).step(16, 112);
    assertThat(less).isLessThan(new Footprint(Networks.slowfast(16, BLOCKS, all), 4).step(16, 112));
  }

  private static long more(long before, long bytes) {
    assertThat(bytes).isGreaterThan(before);
    return bytes;
  }
}

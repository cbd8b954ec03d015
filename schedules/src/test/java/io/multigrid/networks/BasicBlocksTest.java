package io.multigrid.networks;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.schedules.ModelReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Depth 18 of two-convolution blocks, laid out here by the rules of PySlowFast's {@code
 * basic_transform}: names and shapes, and multiply-adds counted layer by layer.
 */
class BasicBlocksTest {
  private static final int WIDTH = 16;
  private static final int CLASSES = 5;
  private static final int[] KERNELS = {1, 1, 3, 3}; // frames, of the stages of Slow

  @Test
  void namesAndShapes() {
    List<String> expected = new ArrayList<>();
    unit(expected, "s1.pathway0_stem.conv", "s1.pathway0_stem.bn", WIDTH, 3, 1, 7);
    int in = WIDTH;
    for (int stage = 2; stage < 6; stage++) {
      int out = 4 * WIDTH << (stage - 2);
      for (int block = 0; block < 2; block++) {
        String name = "s" + stage + ".pathway0_res" + block + ".";
        if (in != out) {
          unit(expected, name + "branch1", name + "branch1_bn", out, in, 1, 1);
        }
        String main = name + "branch2.";
        unit(expected, main + "a", main + "a_bn", out, in, KERNELS[stage - 2], 3);
        unit(expected, main + "b", main + "b_bn", out, out, 1, 3);
        in = out;
      }
    }
    expected.add("head.projection.weight [5, 512]");
    expected.add("head.projection.bias [5]");
    assertThat(
            Architecture.of(model()).parameters().stream()
                .map(info -> info.name() + " " + Arrays.toString(info.shape())))
        .containsExactlyElementsOf(expected);
  }

  private static void unit(
      List<String> names, String conv, String norm, int out, int in, int frames, int side) {
    names.add(conv + ".weight " + List.of(out, in, frames, side, side));
    names.add(norm + ".weight " + List.of(out));
    names.add(norm + ".bias " + List.of(out));
  }

  @Test
  void multiplyAdds() {
    long frames = 4;
    long side = 64; // of a crop of 128, after the stem
    long count = frames * side * side * WIDTH * (3 * 49 + 1); // convolution and normalisation
    side /= 2; // pooled
    long in = WIDTH;
    for (int stage = 2; stage < 6; stage++) {
      long out = 4L * WIDTH << (stage - 2);
      side = stage > 2 ? side / 2 : side;
      long places = frames * side * side;
      for (int block = 0; block < 2; block++) {
        count += in == out ? 0 : places * out * (in + 1);
        count += places * out * (9 * KERNELS[stage - 2] * in + 1) + places * out * (9 * out + 1);
        in = out;
      }
    }
    count += frames * side * side * in + in * CLASSES;
    assertThat(Cost.of(model(), 4, 128).multiplyAdds()).isEqualTo(count);
  }

  private static Model model() {
    return ModelReader.model(
        Settings.load(
            Optional.empty(),
            List.of(
                "model.name=slow",
                "model.depth=18",
                "model.block=basic",
                "model.width=" + WIDTH,
                "model.classes=" + CLASSES)));
  }
}

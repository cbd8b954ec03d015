package io.multigrid.networks;

import io.multigrid.networks.Model.BlockKind;
import io.multigrid.networks.Model.Compute;
import io.multigrid.networks.Model.Loss;
import io.multigrid.networks.Model.Stages;
import java.util.List;

/** Published networks of depth 50, and what else tests are about. */
final class Networks {
  static final List<List<Integer>> LATE =
      List.of(List.of(1), List.of(1), List.of(1), List.of(3), List.of(3));
  static final List<Integer> DEPTH_50 = List.of(3, 4, 6, 3);
  static final Compute PLAIN =
      new Compute(
          Compute.Precision.FLOAT32, Compute.Layout.CHANNELS_FIRST, Compute.Keep.EVERYTHING);

  private Networks() {}

  static Model slowfast(int width, List<Integer> blocks, Compute compute) {
    return model("slowfast", width, blocks, LATE, 1, compute);
  }

  static Model slow(int width, List<Integer> blocks) {
    return model("slow", width, blocks, LATE, 1, PLAIN);
  }

  static Model i3d(int width, List<Integer> blocks) {
    List<List<Integer>> kernels =
        List.of(List.of(5), List.of(3), List.of(3, 1), List.of(3, 1), List.of(1, 3));
    return model("i3d", width, blocks, kernels, 2, PLAIN);
  }

  static Model c2d(int width, List<Integer> blocks) {
    List<Integer> one = List.of(1);
    return model("c2d", width, blocks, List.of(one, one, one, one, one), 2, PLAIN);
  }

  private static Model model(
      String name,
      int width,
      List<Integer> blocks,
      List<List<Integer>> kernels,
      int pool,
      Compute compute) {
    return new Model(
        name,
        width,
        400,
        new Stages(blocks, BlockKind.BOTTLENECK, kernels, pool),
        new Model.Fast(4, 8, 2, 7),
        new Model.NonLocal(List.of(), Model.Pairing.SOFTMAX, 2),
        0.5,
        true,
        new Loss(Loss.Kind.SOFTMAX, 0),
        compute);
  }
}

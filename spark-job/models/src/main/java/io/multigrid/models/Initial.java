package io.multigrid.models;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Initial parameters, a function of architecture and seed: He's normal distribution over the
 * fan-out for convolutions, a normal distribution of deviation 0.01 for the head, gain 1 for
 * normalisation, or 0 for the last one of each block.
 */
final class Initial {
  /** Whether the last normalisation of each block starts with gain 0. */
  enum FinalGain {
    ONE,
    ZERO
  }

  private Initial() {}

  static float[] weights(Architecture architecture, FinalGain finalGain, long seed) {
    List<TensorInfo> infos = architecture.parameters();
    float[] all = new float[infos.stream().mapToInt(TensorInfo::count).sum()];
    int at = 0;
    for (int i = 0; i < infos.size(); i++) {
      TensorInfo info = infos.get(i);
      int count = info.count();
      if (info.kind() == TensorInfo.Kind.NORM) {
        Arrays.fill(all, at, at + count, gain(architecture, finalGain, i));
      } else if (info.shape().length > 1) {
        Random random = new Random(seed * 1_000_003 + i);
        double deviation = deviation(info);
        for (int k = 0; k < count; k++) {
          all[at + k] = (float) (deviation * random.nextGaussian());
        }
      }
      at += count;
    }
    return all;
  }

  private static float gain(Architecture architecture, FinalGain finalGain, int parameter) {
    boolean bias = architecture.norms().stream().anyMatch(n -> n.bias() == parameter);
    boolean last = architecture.finalNorms().stream().anyMatch(n -> n.gain() == parameter);
    return bias || (last && finalGain == FinalGain.ZERO) ? 0 : 1;
  }

  private static double deviation(TensorInfo info) {
    long[] s = info.shape();
    return s.length == 2 ? 0.01 : Math.sqrt(2.0 / (s[0] * s[2] * s[3] * s[4]));
  }
}

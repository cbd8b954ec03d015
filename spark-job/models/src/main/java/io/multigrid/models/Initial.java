package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Norm;
import io.multigrid.networks.TensorInfo;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Initial parameters, a function of architecture and seed: He's normal distribution over the
 * fan-out for convolutions, a normal distribution of deviation 0.01 for the head, gain 1 for
 * normalisation, or 0 for the last one of each block if the model says so.
 */
final class Initial {
  private Initial() {}

  static float[] weights(Architecture architecture, long seed) {
    List<TensorInfo> infos = architecture.parameters();
    Set<Integer> biases = new HashSet<>();
    for (Norm norm : architecture.norms()) {
      biases.add(norm.bias());
    }
    boolean zero = architecture.model().zeroInitFinalBn();
    float[] all = new float[infos.stream().mapToInt(TensorInfo::count).sum()];
    int at = 0;
    for (int i = 0; i < infos.size(); i++) {
      TensorInfo info = infos.get(i);
      int count = info.count();
      if (info.kind() == TensorInfo.Kind.NORM) {
        boolean none = biases.contains(i) || (zero && architecture.finalGains().contains(i));
        Arrays.fill(all, at, at + count, none ? 0 : 1);
      } else if (info.shape().length > 1) {
        fill(all, at, info, new Random(seed * 1_000_003 + i));
      }
      at += count;
    }
    return all;
  }

  /** The initial values of one parameter alone. */
  static void fill(float[] all, int at, TensorInfo info, Random random) {
    double deviation = deviation(info);
    for (int k = 0; k < info.count(); k++) {
      all[at + k] = (float) (deviation * random.nextGaussian());
    }
  }

  private static double deviation(TensorInfo info) {
    long[] s = info.shape();
    return s.length == 2 ? 0.01 : Math.sqrt(2.0 / (s[0] * s[2] * s[3] * s[4]));
  }
}

package io.multigrid.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PreciseStatisticsTest {
  /** Two normalisations, of 2 and 1 channels: means and variances of values seen in batches. */
  @Test
  void meanAndVarianceAreThoseOfAllValuesTogether() {
    Random random = new Random(4);
    int batches = 5;
    int values = 40;
    double[][][] seen = new double[3][batches][values]; // channel, batch, value
    for (double[][] channel : seen) {
      double offset = 10 * random.nextGaussian();
      for (double[] batch : channel) {
        double drift = random.nextGaussian();
        for (int v = 0; v < values; v++) {
          batch[v] = offset + drift + 2 * random.nextGaussian();
        }
      }
    }
    List<float[]> found = new java.util.ArrayList<>();
    for (int b = 0; b < batches; b++) {
      found.add(
          new float[] {
            (float) mean(seen[0][b]),
            (float) mean(seen[1][b]),
            (float) variance(seen[0][b]),
            (float) variance(seen[1][b]),
            (float) mean(seen[2][b]),
            (float) variance(seen[2][b])
          });
    }

    float[] total = PreciseStatistics.total(found, new int[] {2, 2, 1, 1});

    int[] means = {0, 1, 4};
    int[] variances = {2, 3, 5};
    for (int c = 0; c < 3; c++) {
      double[] all =
          java.util.Arrays.stream(seen[c]).flatMapToDouble(java.util.Arrays::stream).toArray();
      assertThat((double) total[means[c]]).isCloseTo(mean(all), within(1e-5));
      assertThat((double) total[variances[c]]).isCloseTo(variance(all), within(1e-4));
    }
  }

  private static double mean(double[] values) {
    return java.util.Arrays.stream(values).average().orElseThrow();
  }

  private static double variance(double[] values) {
    double mean = mean(values);
    return java.util.Arrays.stream(values)
        .map(v -> (v - mean) * (v - mean))
        .average()
        .orElseThrow();
  }
}

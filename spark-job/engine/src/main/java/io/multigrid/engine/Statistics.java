package io.multigrid.engine;

import java.util.List;

/** Running statistics of several replicas, as one. */
public final class Statistics {
  private Statistics() {}

  /**
   * Mean of the replicas' statistics, weighted by their workers.
   *
   * @param values one flat vector a replica, all of one length
   * @param workers of each replica
   */
  public static float[] mean(List<float[]> values, List<Integer> workers) {
    double[] sum = new double[values.get(0).length];
    int total = 0;
    for (int r = 0; r < values.size(); r++) {
      total += workers.get(r);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (double) workers.get(r) * values.get(r)[i];
      }
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) (sum[i] / total);
    }
    return mean;
  }
}

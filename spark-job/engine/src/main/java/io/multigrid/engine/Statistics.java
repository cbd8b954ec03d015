package io.multigrid.engine;

import java.util.Arrays;

/** Running statistics of workers, one row each, and as one. */
public final class Statistics {
  private Statistics() {}

  /** The same statistics for every worker. */
  public static float[][] same(float[] values, int workers) {
    float[][] rows = new float[workers][];
    Arrays.setAll(rows, w -> values.clone());
    return rows;
  }

  static float[][] copy(float[][] rows) {
    return Arrays.stream(rows).map(float[]::clone).toArray(float[][]::new);
  }

  /** Mean over workers, in double precision and in the order of the workers. */
  public static float[] mean(float[][] rows) {
    float[] mean = new float[rows[0].length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] row : rows) {
        sum += row[i];
      }
      mean[i] = (float) (sum / rows.length);
    }
    return mean;
  }
}

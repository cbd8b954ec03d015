package io.multigrid.train.quickstart;

import io.multigrid.schedules.Draws;

/** A periodic grey texture, a sum of waves: 0 to 255, side x side. */
final class Texture {
  static final int SIDE = 128;
  private static final int WAVES = 5;

  private final byte[] values = new byte[SIDE * SIDE];

  /**
   * @param lowest waves along a side, at least
   * @param highest waves along a side, at most
   */
  Texture(Draws draws, int firstDraw, int lowest, int highest) {
    double[] sum = new double[values.length];
    for (int w = 0; w < WAVES; w++) {
      int draw = firstDraw + 4 * w;
      int fx = lowest + draws.below(draw, highest - lowest + 1);
      int fy = lowest + draws.below(draw + 1, highest - lowest + 1);
      double sign = draws.uniform(draw + 2) < 0.5 ? -1 : 1;
      double phase = 2 * Math.PI * draws.uniform(draw + 3);
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          sum[y * SIDE + x] += Math.sin(2 * Math.PI * (fx * x + sign * fy * y) / SIDE + phase);
        }
      }
    }
    for (int i = 0; i < sum.length; i++) {
      values[i] = (byte) Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, sum[i] / 2.5)));
    }
  }

  int at(int x, int y) {
    return values[(y & SIDE - 1) * SIDE + (x & SIDE - 1)] & 255;
  }
}

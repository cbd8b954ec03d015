package io.multigrid.engine.bigdl;

import java.util.Arrays;

/**
 * The share of the flat parameters that an executor steps: BigDL's division, first executors one
 * longer where it does not come out even.
 */
record ParameterRange(int start, int length) {
  static ParameterRange of(int executor, int executors, int parameters) {
    int share = parameters / executors;
    int rest = parameters % executors;
    return new ParameterRange(
        executor * share + Math.min(executor, rest), share + (executor < rest ? 1 : 0));
  }

  float[] of(float[] all) {
    return Arrays.copyOfRange(all, start, start + length);
  }
}

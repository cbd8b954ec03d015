package io.multigrid.engine.bigdl;

import java.util.Arrays;

/**
 * The share of the flat parameters that an executor steps: BigDL's division, first executors one
 * longer where it does not come out even.
 */
record Slice(int start, int length) {
  static Slice of(int executor, int executors, int parameters) {
    int share = parameters / executors;
    int rest = parameters % executors;
    return new Slice(
        executor * share + Math.min(executor, rest), share + (executor < rest ? 1 : 0));
  }

  float[] of(float[] all) {
    return Arrays.copyOfRange(all, start, start + length);
  }
}

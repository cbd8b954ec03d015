package io.multigrid.models;

import java.util.Arrays;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Clips of a batch that batch normalisation takes together: every {@code count}-th, from {@code
 * index} on (Wu et al., 2020: statistics of as many clips on every grid).
 */
record SubBatch(int index, int count) {

  /** Its part of something that has a row a clip; a view. */
  Tensor of(Tensor rows) {
    return count == 1
        ? rows
        : rows.slice(0, new LongOptional(index), new LongOptional(rows.size(0)), count);
  }

  Labels of(Labels labels) {
    int[][] sets = labels.sets();
    int[][] own = new int[sets.length / count][];
    Arrays.setAll(own, i -> sets[position(i)]);
    return new Labels(own, labels.classes());
  }

  /** Puts rows of the sub-batch to their places among those of the whole. */
  void place(Tensor rows, float[] all) {
    float[][] own = Tensors.rows(rows);
    for (int i = 0; i < own.length; i++) {
      System.arraycopy(own[i], 0, all, position(i) * own[i].length, own[i].length);
    }
  }

  private int position(int i) {
    return i * count + index;
  }
}

package io.multigrid.networks;

import java.util.function.Supplier;

/**
 * What a walk through a network computes with: tensors, or the shapes and costs of tensors.
 *
 * @param <X> features, clips x channels x T x H x W
 */
public interface Calculus<X> {
  X convolution(X x, Conv conv);

  X normalised(X x, Norm norm);

  /** May overwrite its argument. */
  X relu(X x);

  /** May overwrite its first argument. */
  X sum(X a, X b);

  /** Side by side in the channels. */
  X joined(X a, X b);

  X maxPool(X x, Pool pool);

  /**
   * For every position of {@code theta} the mean of {@code g} over its positions, weighted by how
   * {@code phi} there agrees with {@code theta} here.
   */
  X attention(X theta, X phi, X g, Model.Pairing pairing);

  /** Walks a part of the network of which nothing but the result is needed afterwards. */
  default X part(Supplier<X> walk) {
    return walk.get();
  }

  /** A window that moves over features: frames x height x width. */
  record Pool(long[] kernel, long[] stride, long[] padding) {
    static final Pool STEM =
        new Pool(new long[] {1, 3, 3}, new long[] {1, 2, 2}, new long[] {0, 1, 1});

    /** Windows side by side. */
    static Pool of(int frames, int side) {
      long[] window = {frames, side, side};
      return new Pool(window, window, new long[3]);
    }

    /**
     * Places that the window finds along a side: floor((side + 2 padding - kernel) / stride) + 1
     * (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, relationship
     * 6); less than 1 if it does not fit.
     *
     * @param axis 0 for frames, 1 for height, 2 for width
     */
    long places(long side, int axis) {
      return Math.floorDiv(side + 2 * padding[axis] - kernel[axis], stride[axis]) + 1;
    }
  }
}

package io.multigrid.models;

import java.util.Optional;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;

/**
 * What training leaves out of the head's inputs, a function of the seed alone; the rest is raised
 * by 1 / (1 - rate), so that the mean stays (Srivastava et al., Dropout, JMLR 2014).
 *
 * @param rate share that is left out
 * @param channels of the head's inputs
 */
record Dropout(double rate, int channels, TensorOptions options) {

  /** Values that the head's inputs are multiplied with, clips x channels; none at rate 0. */
  Optional<Tensor> mask(int clips, long seed) {
    if (rate == 0) {
      return Optional.empty();
    }
    float[] mask = new float[clips * channels];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < rate ? 0 : (float) (1 / (1 - rate));
    }
    return Optional.of(Tensors.of(mask, 0, new long[] {clips, channels}, options));
  }
}

package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.adaptive_avg_pool3d;
import static org.bytedeco.pytorch.global.torch.avg_pool3d;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.sigmoid;
import static org.bytedeco.pytorch.global.torch.softmax;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/** From the features of the pathways to logits and scores. */
record Head(Architecture net, List<Tensor> parameters) {
  private static final int DOWN = 32; // pixels of a clip that one of the features stands for
  private static final int LAST_STRIDE = 1;

  /**
   * Logits, clips x classes, of the mean over all positions.
   *
   * @param mask values that the features are multiplied with
   */
  Tensor logits(List<Tensor> x, Optional<Tensor> mask) {
    TensorVector pooled = new TensorVector();
    for (Tensor features : x) {
      pooled.push_back(adaptive_avg_pool3d(features, 1, 1, 1));
    }
    Tensor features = cat(pooled, 1).flatten(1, -1); // n x c
    return projected(mask.isPresent() ? features.mul(mask.get()) : features);
  }

  /** Scores, clips x classes. */
  Tensor scores(Tensor logits) {
    boolean softmax = net.model().loss().kind() == Model.Loss.Kind.SOFTMAX;
    return softmax ? softmax(logits, -1) : sigmoid(logits);
  }

  /**
   * Scores of clips larger than those trained with, fully convolutional: every window of the
   * training clip's size is scored, and the scores' mean is the clip's.
   */
  Tensor scores(List<Tensor> x, Window window) {
    TensorVector pooled = new TensorVector();
    for (int p = 0; p < x.size(); p++) {
      long alpha = x.size() == 2 && p == 0 ? net.model().fast().alpha() : 1;
      long frames = window.frames() / alpha / net.model().stages().temporalPool();
      long side = Math.max(1, window.crop() / DOWN);
      long[] kernel = {frames, side, side};
      pooled.push_back(
          avg_pool3d(
              x.get(p),
              kernel,
              new long[] {LAST_STRIDE, LAST_STRIDE, LAST_STRIDE},
              new long[3],
              false,
              true,
              new LongOptional()));
    }
    Tensor everywhere = cat(pooled, 1).permute(0, 2, 3, 4, 1); // n x T x H x W x c
    return scores(projected(everywhere)).mean(1, 2, 3);
  }

  private Tensor projected(Tensor features) {
    return linear(
        features,
        parameters.get(net.headWeight()),
        new TensorOptional(parameters.get(net.headWeight() + 1)));
  }

  /** T and S of the clips that a network was trained with. */
  record Window(int frames, int crop) {}
}

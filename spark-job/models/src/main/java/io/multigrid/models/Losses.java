package io.multigrid.models;

import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;
import static org.bytedeco.pytorch.global.torch.log_softmax;

import io.multigrid.networks.Model;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;

/**
 * Loss functions over logits. Softmax: cross entropy, mean over clips. Sigmoid: binary cross
 * entropy, mean over clips and classes. Smoothing moves a share of the target to all classes alike:
 * to share / classes each with softmax, half of it to either answer with sigmoid.
 */
record Losses(Model.Loss settings) {

  Tensor of(Tensor logits, Labels labels) {
    long[] shape = {labels.clips(), labels.classes()};
    TensorOptions options =
        new TensorOptions(logits.scalar_type()).device(new DeviceOptional(logits.device()));
    Tensor target = Tensors.of(labels.hot(), 0, shape, options);
    double share = settings.smoothing();
    if (settings.kind() == Model.Loss.Kind.SIGMOID) {
      Tensor smoothed = smoothed(target, share, share / 2);
      return binary_cross_entropy_with_logits(logits, smoothed);
    }
    for (int[] set : labels.sets()) {
      if (set.length != 1) {
        throw new IllegalArgumentException(
            "a clip has " + set.length + " labels: model.loss = softmax takes one, sigmoid any");
      }
    }
    Tensor smoothed = smoothed(target, share, share / labels.classes());
    return log_softmax(logits, 1).mul(smoothed).sum().div(new Scalar(-(double) labels.clips()));
  }

  private static Tensor smoothed(Tensor target, double share, double floor) {
    return share == 0 ? target : target.mul(new Scalar(1 - share)).add(new Scalar(floor));
  }
}

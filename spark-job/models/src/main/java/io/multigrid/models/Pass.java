package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model.Compute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Forward and backward through a network, in the precision, layout and memory of its settings. */
record Pass(Architecture net, List<Tensor> parameters, Normaliser norms, Compute compute) {

  /** A training pass: the gradients lie with the parameters. */
  record Result(double loss, Tensor logits) {}

  /** Features of the pathways, before the head. */
  List<Tensor> features(List<Tensor> inputs, Forward.Mode mode) {
    List<Tensor> x = laidOut(inputs);
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      x = segment(s, x, mode);
    }
    return float32(x);
  }

  Result train(List<Tensor> inputs, Optional<Tensor> mask, UnaryOperator<Tensor> loss) {
    return compute.keep() == Compute.Keep.STAGES
        ? trainAgain(inputs, mask, loss)
        : trainAtOnce(inputs, mask, loss);
  }

  private Result trainAtOnce(
      List<Tensor> inputs, Optional<Tensor> mask, UnaryOperator<Tensor> loss) {
    Tensor logits = new Head(net, parameters).logits(features(inputs, Forward.Mode.TRAINING), mask);
    Tensor value = loss.apply(logits);
    value.backward(new Tensor(), new BoolOptional(false), false, new TensorArrayRefOptional());
    return new Result(value.item_double(), logits.detach());
  }

  /** Keeps the inputs of segments only, and computes each segment again for its gradients. */
  private Result trainAgain(
      List<Tensor> inputs, Optional<Tensor> mask, UnaryOperator<Tensor> loss) {
    List<List<Tensor>> kept = new ArrayList<>();
    kept.add(laidOut(inputs));
    try (NoGradGuard guard = new NoGradGuard()) {
      for (int s = 0; s < Architecture.SEGMENTS; s++) {
        kept.add(outOf(s, kept.get(s)));
      }
    }
    List<Tensor> last = leaves(kept.get(Architecture.SEGMENTS));
    Tensor logits = new Head(net, parameters).logits(float32(last), mask);
    Tensor value = loss.apply(logits);
    value.backward(new Tensor(), new BoolOptional(false), false, new TensorArrayRefOptional());
    List<Tensor> gradients = gradients(last);
    for (int s = Architecture.SEGMENTS - 1; s >= 0; s--) {
      kept.remove(s + 1).forEach(Tensor::close);
      gradients = back(s, kept.get(s), gradients);
    }
    return new Result(value.item_double(), logits.detach());
  }

  private List<Tensor> outOf(int segment, List<Tensor> x) {
    try (PointerScope scope = new PointerScope()) {
      return outlive(scope, segment(segment, x, Forward.Mode.TRAINING));
    }
  }

  /** The gradients of a segment's inputs; those of its parameters are added up. */
  private List<Tensor> back(int segment, List<Tensor> kept, List<Tensor> gradients) {
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> x = segment == 0 ? kept : leaves(kept);
      List<List<Tensor>> y = new ArrayList<>();
      norms.unseen(() -> y.add(segment(segment, x, Forward.Mode.TRAINING)));
      TensorVector outputs = new TensorVector(y.get(0).toArray(new Tensor[0]));
      TensorVector given = new TensorVector(gradients.toArray(new Tensor[0]));
      torch.backward(outputs, given, new BoolOptional(false), false, new TensorVector());
      List<Tensor> result = segment == 0 ? List.of() : outlive(scope, gradients(x));
      gradients.forEach(Tensor::close);
      return result;
    }
  }

  private static List<Tensor> leaves(List<Tensor> x) {
    List<Tensor> leaves = new ArrayList<>();
    for (Tensor tensor : x) {
      leaves.add(tensor.detach().set_requires_grad(true));
    }
    return leaves;
  }

  private static List<Tensor> gradients(List<Tensor> leaves) {
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor leaf : leaves) {
      gradients.add(new Tensor(leaf.grad()));
    }
    return gradients;
  }

  private static List<Tensor> outlive(PointerScope scope, List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      tensor.retainReference();
      scope.detach(tensor);
    }
    return tensors;
  }

  private List<Tensor> segment(int index, List<Tensor> x, Forward.Mode mode) {
    Forward forward = new Forward(parameters, norms, mode, compute);
    if (compute.precision() == Compute.Precision.FLOAT32) {
      return net.segment(index, forward, x);
    }
    DeviceType device = x.get(0).is_cpu() ? DeviceType.CPU : DeviceType.CUDA;
    return Autocast.bfloat16(device, () -> net.segment(index, forward, x));
  }

  private List<Tensor> laidOut(List<Tensor> inputs) {
    if (compute.layout() == Compute.Layout.CHANNELS_FIRST) {
      return inputs;
    }
    return inputs.stream().map(x -> x.contiguous(MemoryFormat.ChannelsLast3d)).toList();
  }

  private List<Tensor> float32(List<Tensor> x) {
    return compute.precision() == Compute.Precision.FLOAT32
        ? x
        : x.stream().map(t -> t.to(ScalarType.Float)).toList();
  }
}

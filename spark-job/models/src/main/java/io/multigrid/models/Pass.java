package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model.Compute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
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

  /**
   * A segment on the way forwards: with all that its backward pass reads where everything is kept,
   * features alone where it is computed again.
   */
  private record Walked(List<Tensor> in, List<Tensor> out) {}

  /**
   * Forwards, and back segment by segment.
   *
   * @param done told of each segment, {@link Architecture#SEGMENTS} for the head and then from the
   *     last to the first, as soon as the gradients of its parameters are there
   */
  Result train(
      List<Tensor> inputs, Optional<Tensor> mask, UnaryOperator<Tensor> loss, IntConsumer done) {
    List<Walked> walked = new ArrayList<>();
    List<Tensor> x = laidOut(inputs);
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      Walked segment = again() ? features(s, x) : graph(s, x);
      walked.add(segment);
      x = segment.out();
    }
    List<Tensor> last = leaves(x);
    Tensor logits = new Head(net, parameters).logits(float32(last), mask);
    Tensor value = loss.apply(logits);
    value.backward(new Tensor(), new BoolOptional(false), false, new TensorArrayRefOptional());
    List<Tensor> gradients = gradients(last);
    last.forEach(Tensor::close);
    done.accept(Architecture.SEGMENTS);
    for (int s = Architecture.SEGMENTS - 1; s >= 0; s--) {
      gradients = back(s, walked.get(s), gradients);
      done.accept(s);
    }
    return new Result(value.item_double(), logits.detach());
  }

  private boolean again() {
    return compute.keep() == Compute.Keep.STAGES;
  }

  private Walked features(int segment, List<Tensor> x) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return new Walked(x, outlive(scope, segment(segment, x, Forward.Mode.TRAINING)));
    }
  }

  private Walked graph(int segment, List<Tensor> x) {
    List<Tensor> in = segment == 0 ? x : leaves(x);
    return new Walked(in, segment(segment, in, Forward.Mode.TRAINING));
  }

  /** Of features alone; running statistics have seen the batch. */
  private Walked graphAgain(int segment, Walked walked) {
    walked.out().forEach(Tensor::close);
    List<Walked> graph = new ArrayList<>();
    norms.unseen(() -> graph.add(graph(segment, walked.in())));
    return graph.get(0);
  }

  /**
   * The gradients of a segment's inputs, of none for the clips; those of its parameters are added
   * up. Nothing of the segment is left.
   */
  private List<Tensor> back(int segment, Walked walked, List<Tensor> gradients) {
    try (PointerScope scope = new PointerScope()) {
      Walked graph = again() ? graphAgain(segment, walked) : walked;
      TensorVector outputs = new TensorVector(graph.out().toArray(new Tensor[0]));
      TensorVector given = new TensorVector(gradients.toArray(new Tensor[0]));
      torch.backward(outputs, given, new BoolOptional(false), false, new TensorVector());
      gradients.forEach(Tensor::close);
      graph.out().forEach(Tensor::close);
      if (segment == 0) {
        return List.of();
      }
      List<Tensor> result = outlive(scope, gradients(graph.in()));
      graph.in().forEach(Tensor::close);
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

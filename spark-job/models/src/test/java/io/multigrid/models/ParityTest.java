package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.BatchNorm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same numbers as the authors' code, run in PyTorch, for every network of small_models.json,
 * and of that in the folder that {@code -Dparity.cases} names, on the device of {@code
 * -Dparity.device}.
 *
 * <p>Float64 must be their float64: logits to 1e-6 and recorded float32 states to what float32 was
 * from float64 there. Float32 has ten times that distance, since another order of summation is as
 * good as theirs, and a little more from the second step on: where a unit lies within rounding of
 * zero, as one of the plain SlowFast does, the order decides whether its ReLU lets it through,
 * which moves the next weights by 1.7e-5 and logits by 6e-5. The order depends on the processor's
 * vector instructions and on the number of threads. In float64 no order matters.
 */
class ParityTest {
  private static final double EXACT = 1e-6;
  private static final double ORDER = 10; // of the reference's own rounding
  private static final double TURNED_UNIT = 1e-4; // in logits
  private static final double TURNED_UNIT_IN_WEIGHTS = 3e-5;
  private static final String DEVICE = System.getProperty("parity.device", "cpu");

  @BeforeAll
  static void twoThreads() {
    Network.threads(2);
  }

  static Stream<Arguments> cases() throws IOException {
    List<ParityCase> cases = new ArrayList<>(ParityCase.of(Golden.own()));
    String more = System.getProperty("parity.cases");
    if (more != null) {
      cases.addAll(ParityCase.of(new Golden(Path.of(more))));
    }
    List<Arguments> runs = new ArrayList<>();
    for (ParityCase one : cases) {
      for (JsonNode rate : one.values().get("lrs")) {
        runs.add(Arguments.of(one, rate.asDouble(), ScalarType.Double));
        runs.add(Arguments.of(one, rate.asDouble(), ScalarType.Float));
      }
    }
    return runs.stream();
  }

  @ParameterizedTest(name = "{0} at rate {1} in {2}")
  @MethodSource("cases")
  void evaluationAndThreeSteps(ParityCase golden, double rate, ScalarType type) throws IOException {
    boolean exact = type == ScalarType.Double;
    Map<String, SafeTensors.Values> io = golden.tensors("io");
    Map<String, SafeTensors.Values> state = golden.tensors("state0");
    try (Network network = Network.create(golden.model(), DEVICE, 1, type);
        PointerScope scope = new PointerScope();
        Tensor momentum = torch.zeros_like(network.flatWeights())) {
      network.weights(weights(network, state));
      network.statistics(statistics(network, state, golden.splits() > 1 ? ".bn" : ""));
      String suffix = exact ? ".f64" : "";
      float[] logits = evaluate(network, io);
      assertThat(Golden.gap(logits, io.get("eval_logits" + suffix).values()))
          .isLessThan(exact ? EXACT : ORDER * golden.rounding("eval_logits") + EXACT);
      assertThat(Golden.gap(scores(network, io), io.get("eval_out" + suffix).values()))
          .isLessThan(exact ? EXACT : ORDER * golden.rounding("eval_out") + EXACT);
      split(network, golden, state);
      for (int step = 0; step < 3; step++) {
        network.zeroGradients();
        Network.Trained trained = train(network, io, step);
        String name = step == 0 ? "train_logits0" : "train_logits" + step + "_lr" + rate;
        double turned = step == 0 ? 0 : TURNED_UNIT;
        assertThat(Golden.gap(trained.logits(), io.get(name + suffix).values()))
            .as(name)
            .isLessThan(exact ? EXACT : ORDER * golden.rounding(name) + turned + EXACT);
        double loss = golden.values().get("loss_lr" + rate + suffix).get(step).asDouble();
        assertThat(trained.result().lossMean())
            .isCloseTo(
                loss, within(exact ? EXACT : ORDER * golden.rounding(name) + turned + EXACT));
        if (step == 0) {
          gradients(network, golden, type);
        }
        step(network, momentum, golden, rate);
        state(
            network,
            golden,
            "after" + (step + 1) + "_lr" + rate,
            exact ? 1.5 : ORDER,
            exact || step == 0 ? 0 : TURNED_UNIT_IN_WEIGHTS);
      }
    }
  }

  /** The authors' split statistics, drawn at random, not the aggregate that ours begin with. */
  private static void split(
      Network network, ParityCase golden, Map<String, SafeTensors.Values> state) {
    int splits = golden.splits();
    if (splits > 1) {
      network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, splits, 1));
      network.groupStatistics(statistics(network, state, ".split_bn"));
    }
  }

  /**
   * All gradients together, and each tensor's. In float64 each has the norm recorded in float64. In
   * float32 some tensors, those before a normalisation, are the small difference of large sums:
   * what rounding leaves of them is told from the whole gradient's norm.
   */
  private static void gradients(Network network, ParityCase golden, ScalarType type)
      throws IOException {
    boolean exact = type == ScalarType.Double;
    float[] gradient = network.gradients();
    float[] expected = weights(network, golden.tensors("grads_step0"));
    double rounding = golden.rounding("grads", "global_rel_l2");
    assertThat(Golden.distance(gradient, expected)).isLessThan((exact ? 1.01 : ORDER) * rounding);
    double total = golden.values().get("total_grad_norm_step0").asDouble();
    JsonNode norms = golden.values().get("grad_norms_step0.f64");
    int at = 0;
    for (int i = 0; i < network.parameters().size(); i++) {
      TensorInfo info = network.parameters().get(i);
      float[] found = Arrays.copyOfRange(gradient, at, at + info.count());
      float[] one = Arrays.copyOfRange(expected, at, at + info.count());
      at += info.count();
      if (exact) {
        double norm = norms.get(i).get(1).asDouble();
        assertThat(norms.get(i).get(0).asText()).isEqualTo(info.name());
        assertThat(norm(found)).as(info.name()).isCloseTo(norm, within(1e-6 * norm + 1e-12));
      } else {
        double worst = golden.rounding("grads", "worst_tensor_rel_l2");
        double tolerance = ORDER * worst * norm(one) + 1e-6 * total;
        for (int k = 0; k < one.length; k++) {
          one[k] -= found[k];
        }
        assertThat(norm(one)).as(info.name()).isLessThan(tolerance);
      }
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private static void state(
      Network network, ParityCase golden, String name, double factor, double more)
      throws IOException {
    if (!golden.has("state_" + name)) {
      return;
    }
    Map<String, SafeTensors.Values> after = golden.tensors("state_" + name);
    String rounding = name.startsWith("after1") ? "after1" : name;
    double tolerance = factor * golden.rounding(rounding, "global_rel_l2") + more + 1e-7;
    assertThat(Golden.distance(network.weights(), weights(network, after)))
        .as(name)
        .isLessThan(tolerance);
    String infix = golden.splits() > 1 ? ".split_bn" : "";
    assertThat(Golden.distance(network.groupStatistics(), statistics(network, after, infix)))
        .as("statistics " + name)
        .isLessThan(tolerance + 1e-6);
    String scores = "eval_out_" + name;
    Map<String, SafeTensors.Values> io = golden.tensors("io");
    if (io.containsKey(scores) && name.startsWith("after3_lr0.005")) {
      assertThat(Golden.gap(scores(network, io), io.get(scores).values()))
          .as(scores)
          .isLessThan(100 * golden.rounding(rounding, "global_rel_l2") + 1e-5);
    }
  }

  /** SGD with Nesterov momentum, as the authors' optimizer. */
  private static void step(Network network, Tensor momentum, ParityCase golden, double rate) {
    double factor = golden.values().get("momentum").asDouble();
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor gradient = network.flatGradients();
      decay(network, golden);
      momentum.mul_(new Scalar(factor)).add_(gradient);
      Tensor direction = gradient.add(momentum, new Scalar(factor));
      network.flatWeights().add_(direction, new Scalar(-rate));
    }
  }

  /** Adds the gradient of the penalty on every parameter. */
  private static void decay(Network network, ParityCase golden) {
    long at = 0;
    for (TensorInfo info : network.parameters()) {
      boolean norm = info.kind() == TensorInfo.Kind.NORM;
      double rate = norm ? golden.normWeightDecay() : golden.weightDecay();
      Tensor weights = network.flatWeights().narrow(0, at, info.count());
      network.flatGradients().narrow(0, at, info.count()).add_(weights, new Scalar(rate));
      at += info.count();
    }
  }

  private static Network.Trained train(
      Network network, Map<String, SafeTensors.Values> io, int step) {
    try (PointerScope scope = new PointerScope()) {
      List<Tensor> inputs = inputs(network, io, "x" + step);
      // Our own choice of the slow pathway's frames must be the one that was recorded.
      Tensor whole = inputs.get(inputs.size() - 1);
      assertThat(network.inputs().pathways(whole).get(0).equal(inputs.get(0))).isTrue();
      return network.train(inputs, labels(io.get("y" + step), network), 1);
    }
  }

  /** One label a clip, or a row of zeros and ones. */
  private static Labels labels(SafeTensors.Values y, Network network) {
    int clips = (int) y.shape()[0];
    int[][] sets = new int[clips][];
    for (int i = 0; i < clips; i++) {
      List<Integer> set = new ArrayList<>();
      for (int c = 0; y.shape().length == 2 && c < y.shape()[1]; c++) {
        if (y.values()[i * (int) y.shape()[1] + c] == 1) {
          set.add(c);
        }
      }
      sets[i] =
          y.shape().length == 2
              ? set.stream().mapToInt(Integer::intValue).toArray()
              : new int[] {(int) y.values()[i]};
    }
    return new Labels(sets, network.classes());
  }

  private static float[] evaluate(Network network, Map<String, SafeTensors.Values> io) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return values(network.evaluate(inputs(network, io, "x0")));
    }
  }

  private static float[] scores(Network network, Map<String, SafeTensors.Values> io) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      return values(network.scores(network.evaluate(inputs(network, io, "x0"))));
    }
  }

  static float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.numel()];
    Tensors.get(tensor.detach(), values, 0);
    return values;
  }

  static List<Tensor> inputs(Network network, Map<String, SafeTensors.Values> io, String name) {
    Tensor like = network.flatWeights();
    TensorOptions options =
        new TensorOptions(like.scalar_type()).device(new DeviceOptional(like.device()));
    List<Tensor> inputs = new ArrayList<>();
    for (int p = 0; io.containsKey(name + ".pathway" + p); p++) {
      SafeTensors.Values x = io.get(name + ".pathway" + p);
      inputs.add(Tensors.of(x.values(), 0, x.shape(), options));
    }
    return inputs;
  }

  static float[] weights(Network network, Map<String, SafeTensors.Values> state) {
    return flat(network.parameters().stream().map(TensorInfo::name).toList(), state);
  }

  static float[] statistics(Network network, Map<String, SafeTensors.Values> state, String infix) {
    return flat(
        network.statisticsTensors().stream()
            .map(info -> info.name().replace(".running", infix + ".running"))
            .toList(),
        state);
  }

  private static float[] flat(List<String> names, Map<String, SafeTensors.Values> state) {
    int size = names.stream().mapToInt(n -> state.get(n).values().length).sum();
    float[] flat = new float[size];
    int at = 0;
    for (String name : names) {
      float[] values = state.get(name).values();
      System.arraycopy(values, 0, flat, at, values.length);
      at += values.length;
    }
    return flat;
  }
}

package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.networks.Model.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class LossesTest {
  private record Found(double loss, float[] gradient) {}

  @Test
  void softmaxIsTheAuthorsCrossEntropy() throws IOException {
    JsonNode golden = Golden.own().json("losses").get("cross_entropy");
    int[][] sets = new int[golden.get("labels").size()][];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = new int[] {golden.get("labels").get(i).asInt()};
    }
    compare(golden, new Loss(Loss.Kind.SOFTMAX, 0), sets);
  }

  @Test
  void sigmoidIsTheAuthorsBinaryCrossEntropy() throws IOException {
    JsonNode golden = Golden.own().json("losses").get("bce_logit");
    int[][] sets = new int[golden.get("labels").size()][];
    for (int i = 0; i < sets.length; i++) {
      List<Integer> set = new ArrayList<>();
      JsonNode row = golden.get("labels").get(i);
      for (int c = 0; c < row.size(); c++) {
        if (row.get(c).asDouble() == 1) {
          set.add(c);
        }
      }
      sets[i] = set.stream().mapToInt(Integer::intValue).toArray();
    }
    compare(golden, new Loss(Loss.Kind.SIGMOID, 0), sets);
  }

  @Test
  void smoothingMovesAShareOfTheTargetToAllClasses() {
    float[] logits = {2, 0, -1, 0.5f};
    double[] logP = new double[4];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    double expected = 0;
    for (int c = 0; c < 4; c++) {
      logP[c] = logits[c] - Math.log(sum);
      expected -= (0.1 / 4 + (c == 2 ? 0.9 : 0)) * logP[c];
    }
    Loss smooth = new Loss(Loss.Kind.SOFTMAX, 0.1);
    assertThat(loss(smooth, logits, new int[][] {{2}}, 4).loss()).isCloseTo(expected, within(1e-6));
  }

  @Test
  void labelsMustFitLossAndClasses() {
    Loss softmax = new Loss(Loss.Kind.SOFTMAX, 0);
    assertThatThrownBy(() -> loss(softmax, new float[3], new int[][] {{0, 2}}, 3))
        .hasMessage("a clip has 2 labels: model.loss = softmax takes one, sigmoid any");
    assertThatThrownBy(() -> new Labels(new int[][] {{3}}, 3))
        .hasMessage("label 3 of a network of 3 classes");
  }

  private static void compare(JsonNode golden, Loss settings, int[][] sets) {
    float[] logits = Golden.floats(golden.get("logits"));
    Found found = loss(settings, logits, sets, logits.length / sets.length);
    assertThat(found.loss()).isCloseTo(golden.get("loss").asDouble(), within(1e-6));
    assertThat(Golden.gap(found.gradient(), Golden.floats(golden.get("grad")))).isLessThan(1e-6);
  }

  private static Found loss(Loss settings, float[] values, int[][] sets, int classes) {
    try (PointerScope scope = new PointerScope()) {
      long[] shape = {sets.length, classes};
      Tensor logits = Tensors.of(values, 0, shape, new TensorOptions(ScalarType.Float));
      logits.set_requires_grad(true);
      Tensor loss = new Losses(settings).of(logits, new Labels(sets, classes));
      loss.backward(new Tensor(), new BoolOptional(false), false, new TensorArrayRefOptional());
      return new Found(loss.item_double(), ParityTest.values(new Tensor(logits.grad())));
    }
  }

  @Test
  void fullyConvolutionalScoresAtAnotherSize() throws IOException {
    Map<String, SafeTensors.Values> golden = Golden.own().tensors("small_slowfast_fullconv80");
    ParityCase slowfast = ParityCase.of(Golden.own()).get(0);
    Map<String, SafeTensors.Values> state = slowfast.tensors("state0");
    Network.threads(1);
    try (Network network = Network.create(slowfast.model(), "cpu", 1);
        PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      network.weights(ParityTest.weights(network, state));
      network.statistics(ParityTest.statistics(network, state, ""));
      List<Tensor> inputs = ParityTest.inputs(network, golden, "x");
      Head.Window window = new Head.Window(slowfast.frames(), slowfast.crop());
      float[] windows = ParityTest.values(network.evaluate(inputs, window));
      float[] whole = ParityTest.values(network.scores(network.evaluate(inputs)));
      assertThat(Golden.gap(windows, golden.get("eval_out_avgpool_kernel").values()))
          .isLessThan(2e-6);
      assertThat(Golden.gap(whole, golden.get("eval_out_adaptive").values())).isLessThan(2e-6);
    }
  }
}

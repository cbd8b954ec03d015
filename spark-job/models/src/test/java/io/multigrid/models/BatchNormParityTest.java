package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.networks.Norm;
import io.multigrid.schedules.BatchNorm;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Split and synchronised batch normalisation against the authors' modules, one layer alone. */
class BatchNormParityTest {
  private static final double CLOSE = 2e-5;
  private static final TensorOptions FLOATS = new TensorOptions(ScalarType.Float);

  @ParameterizedTest
  @CsvSource({
    "subbn_b4_c4_splits1, 4, 1",
    "subbn_b6_c3_splits3, 3, 3",
    "subbn_b8_c5_splits2, 5, 2",
    "subbn_b8_c5_splits4, 5, 4",
    "subbn_b8_c5_splits8, 5, 8"
  })
  void twoPassesOfSplitNormalisation(String name, int channels, int splits) throws IOException {
    Map<String, SafeTensors.Values> golden = Golden.own().tensors(name);
    Norm norm = new Norm("bn", 0, 0, channels);
    try (PointerScope scope = new PointerScope();
        Normaliser norms = new Normaliser(List.of(norm), FLOATS)) {
      norms.use(new BatchNorm(BatchNorm.Kind.SPLIT, splits, 1));
      for (int pass = 0; pass < 2; pass++) {
        Tensor x = tensor(golden.get("x" + pass)).set_requires_grad(true);
        Tensor gain = tensor(golden.get("weight")).set_requires_grad(true);
        Tensor bias = tensor(golden.get("bias")).set_requires_grad(true);
        Tensor r = tensor(golden.get("r" + pass));
        float[] y = new float[(int) x.numel()];
        for (int i = 0; i < splits; i++) {
          SubBatch part = new SubBatch(i, splits);
          Tensor own = norms.of(part).train(part.of(x), norm, gain, bias);
          own.backward(part.of(r), new BoolOptional(false), false, new TensorArrayRefOptional());
          part.place(own.flatten(1, -1), y);
        }
        assertThat(Golden.gap(y, golden.get("y" + pass).values())).isLessThan(CLOSE);
        same(new Tensor(x.grad()), golden.get("dx" + pass));
        same(new Tensor(gain.grad()), golden.get("dweight" + pass));
        same(new Tensor(bias.grad()), golden.get("dbias" + pass));
        float[] groups = norms.groups();
        float[] means = golden.get("split_running_mean" + pass).values();
        float[] variances = golden.get("split_running_var" + pass).values();
        assertThat(Golden.gap(groups, joined(means, variances))).isLessThan(CLOSE);
      }
      float[] aggregated =
          joined(golden.get("agg_running_mean").values(), golden.get("agg_running_var").values());
      assertThat(Golden.gap(norms.statistics(), aggregated)).isLessThan(CLOSE);
      try (NoGradGuard guard = new NoGradGuard()) {
        Tensor evaluated =
            norms.evaluate(
                tensor(golden.get("x1")),
                norm,
                tensor(golden.get("weight")),
                tensor(golden.get("bias")));
        same(evaluated, golden.get("eval_y"));
      }
    }
  }

  /**
   * Workers that share statistics are one batch here, whose plain normalisation is the synchronised
   * one. The authors' running variance is that of the population, ours estimates as plain
   * normalisation does: n / (n - 1) of it.
   */
  @ParameterizedTest
  @CsvSource({
    "num_sync_devices1_globalFalse, 1",
    "num_sync_devices2_globalFalse, 2",
    "num_sync_devices4_globalFalse, 4"
  })
  void synchronisedNormalisationIsPlainOverTheWorkersTogether(String name, int together)
      throws IOException {
    JsonNode ranks = Golden.own().json("syncbn").get(name);
    int channels = 3;
    Norm norm = new Norm("bn", 0, 0, channels);
    for (int first = 0; first < ranks.size(); first += together) {
      List<JsonNode> group = new ArrayList<>();
      for (int i = first; i < first + together; i++) {
        group.add(ranks.get(i));
      }
      try (PointerScope scope = new PointerScope();
          Normaliser norms = new Normaliser(List.of(norm), FLOATS)) {
        long[] shape = {2L * together, channels, 1, 2, 2};
        Tensor x = Tensors.of(all(group, "x"), 0, shape, FLOATS).set_requires_grad(true);
        float[] parameters = {0.5f, 1, 1.5f, 0.1f, -0.2f, 0.3f}; // theirs, found from y
        Tensor gain = Tensors.of(parameters, 0, new long[] {3}, FLOATS).set_requires_grad(true);
        Tensor bias = Tensors.of(parameters, 3, new long[] {3}, FLOATS).set_requires_grad(true);
        Tensor y = norms.train(x, norm, gain, bias);
        Tensor r = Tensors.of(all(group, "r"), 0, shape, FLOATS);
        y.backward(r, new BoolOptional(false), false, new TensorArrayRefOptional());
        assertThat(Golden.gap(ParityTest.values(y), all(group, "y"))).isLessThan(CLOSE);
        assertThat(Golden.gap(ParityTest.values(new Tensor(x.grad())), all(group, "dx")))
            .isLessThan(CLOSE);
        assertThat(Golden.gap(ParityTest.values(new Tensor(gain.grad())), sum(group, "dweight")))
            .isLessThan(CLOSE);
        assertThat(Golden.gap(ParityTest.values(new Tensor(bias.grad())), sum(group, "dbias")))
            .isLessThan(CLOSE);
        float n = 8f * together;
        float[] variance = Golden.floats(group.get(0).get("running_var"));
        for (int c = 0; c < channels; c++) {
          variance[c] = 0.9f + (variance[c] - 0.9f) * n / (n - 1);
        }
        float[] expected = joined(Golden.floats(group.get(0).get("running_mean")), variance);
        assertThat(Golden.gap(norms.statistics(), expected)).isLessThan(CLOSE);
      }
    }
  }

  @Test
  void conversionBetweenKindsKeepsTheAggregate() throws IOException {
    JsonNode golden = Golden.own().json("subbn_conversion").get("conversion");
    try (PointerScope scope = new PointerScope();
        Normaliser norms = new Normaliser(List.of(new Norm("bn", 0, 0, 3)), FLOATS)) {
      norms.use(new BatchNorm(BatchNorm.Kind.SPLIT, 2, 1));
      norms.groups(both(golden.get("sub2"), "bn.split_bn"));
      assertThat(norms.statistics()).containsExactly(both(golden.get("normal"), "bn"));
      norms.use(BatchNorm.PLAIN);
      assertThat(norms.groups()).containsExactly(both(golden.get("normal"), "bn"));
      norms.use(new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1));
      assertThat(norms.groups()).containsExactly(both(golden.get("sub4"), "bn.split_bn"));
    }
  }

  private static float[] both(JsonNode state, String prefix) {
    return joined(
        Golden.floats(state.get(prefix + ".running_mean")),
        Golden.floats(state.get(prefix + ".running_var")));
  }

  private static void same(Tensor found, SafeTensors.Values expected) {
    double scale = 1;
    for (float value : expected.values()) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertThat(Golden.gap(ParityTest.values(found), expected.values())).isLessThan(CLOSE * scale);
  }

  private static Tensor tensor(SafeTensors.Values values) {
    return Tensors.of(values.values(), 0, values.shape(), FLOATS);
  }

  private static float[] all(List<JsonNode> ranks, String key) {
    float[] all = new float[0];
    for (JsonNode rank : ranks) {
      all = joined(all, Golden.floats(rank.get(key)));
    }
    return all;
  }

  private static float[] sum(List<JsonNode> ranks, String key) {
    float[] sum = new float[3];
    for (JsonNode rank : ranks) {
      float[] one = Golden.floats(rank.get(key));
      for (int i = 0; i < sum.length; i++) {
        sum[i] += one[i];
      }
    }
    return sum;
  }

  private static float[] joined(float[] a, float[] b) {
    float[] joined = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    return joined;
  }
}

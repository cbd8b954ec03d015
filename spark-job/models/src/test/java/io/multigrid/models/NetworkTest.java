package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.config.Settings;
import io.multigrid.networks.Cost;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.BatchNorm;
import io.multigrid.schedules.ModelReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static final Model LIGHT =
      model(
          "name=slow",
          "width=8",
          "classes=4",
          "blocks=[1,1,1,1]",
          "temporal-kernels=[3,3,3,3,3]",
          "dropout=0",
          "zero-init-final-bn=false");

  static Model model(String... sets) {
    List<String> all = Arrays.stream(sets).map(set -> "model." + set).toList();
    return ModelReader.model(Settings.load(Optional.empty(), all));
  }

  @BeforeAll
  static void oneThread() {
    Network.threads(1);
  }

  @Test
  void initialParametersAreAFunctionOfTheSeed() {
    try (Network one = Network.create(LIGHT, "cpu", 5);
        Network same = Network.create(LIGHT, "cpu", 5);
        Network other = Network.create(LIGHT, "cpu", 6)) {
      assertThat(one.weights()).isEqualTo(same.weights()).isNotEqualTo(other.weights());
    }
  }

  @Test
  void gradientsAccumulateUntilTheyAreZeroed() {
    try (Network network = Network.create(LIGHT, "cpu", 1)) {
      ClipBatch batch = batch(4, 4, 32, 1);
      network.step(batch, 0);
      float[] once = network.gradients();
      network.step(batch, 0);
      float[] twice = network.gradients();
      for (int i = 0; i < once.length; i++) {
        assertThat(twice[i]).isCloseTo(2 * once[i], within(1e-4f + Math.abs(once[i]) * 1e-3f));
      }
      network.zeroGradients();
      assertThat(network.gradients()).containsOnly(0);
    }
  }

  @Test
  void runningStatisticsTendToThoseOfTheBatchThatIsSeenAgainAndAgain() {
    try (Network network = Network.create(LIGHT, "cpu", 1)) {
      ClipBatch batch = batch(4, 4, 32, 1);
      float[] before = network.statistics();
      float[] found = network.batchStatistics(batch);
      assertThat(network.statistics()).isEqualTo(before);
      for (int i = 0; i < 150; i++) {
        network.step(batch, 0);
      }
      float[] running = network.statistics();
      for (int i = 0; i < found.length; i++) {
        assertThat(running[i]).isCloseTo(found[i], within(1e-4f + Math.abs(found[i]) * 1e-4f));
      }
    }
  }

  @Test
  void shapesMayChangeFromStepToStepAndAllIsLearnt() {
    try (Network network = Network.create(LIGHT, "cpu", 1)) {
      double first = 0;
      double last = 0;
      for (int i = 0; i < 40; i++) {
        network.zeroGradients();
        ClipBatch batch = i % 2 == 0 ? batch(8, 4, 32, 7) : batch(4, 8, 32, 7);
        StepResult result = network.step(batch, i);
        first = i == 0 ? result.lossMean() : first;
        last = result.lossMean();
        float[] weights = network.weights();
        float[] gradient = network.gradients();
        for (int k = 0; k < weights.length; k++) {
          weights[k] -= 0.05f * gradient[k];
        }
        network.weights(weights);
      }
      assertThat(last).isLessThan(first / 3);
    }
  }

  @Test
  void anotherGroupingKeepsWeightsAndStatistics() {
    try (Network network = Network.create(LIGHT, "cpu", 1)) {
      network.step(batch(8, 4, 32, 3), 0);
      float[] statistics = network.statistics();
      float[] weights = network.weights();
      network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1));
      assertThat(network.statistics()).containsExactly(statistics, within(1e-6f));
      network.step(batch(8, 4, 32, 4), 0);
      float[] apart = network.statistics();
      assertThat(apart).isNotEqualTo(statistics);
      network.batchNorm(BatchNorm.PLAIN);
      assertThat(network.statistics()).containsExactly(apart, within(1e-6f));
      assertThat(network.weights()).isEqualTo(weights);
      assertThatThrownBy(
              () -> {
                network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1));
                network.step(batch(6, 4, 32, 4), 0);
              })
          .hasMessageContaining("6 clips does not divide into 4 sub-batches");
    }
  }

  /** In the authors' code, split normalisation starts with gains of 1 all the same. */
  @Test
  void blocksStartAsTheirShortcutsInEveryKindOfNormalisation() {
    Model zero = model("name=slow", "width=8", "classes=4", "blocks=[2,1,1,1]", "dropout=0");
    try (Network network = Network.create(zero, "cpu", 1)) {
      for (BatchNorm kind :
          List.of(BatchNorm.PLAIN, new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1), BatchNorm.PLAIN)) {
        network.batchNorm(kind);
        network.zeroGradients();
        network.step(batch(8, 8, 32, 3), 0);
        float[] gradient = network.gradients();
        float[] weights = network.weights();
        int at = 0;
        for (TensorInfo info : network.parameters()) {
          float[] own = Arrays.copyOfRange(gradient, at, at + info.count());
          if (info.name().endsWith("branch2.c_bn.weight")) {
            assertThat(Arrays.copyOfRange(weights, at, at + info.count())).containsOnly(0);
            assertThat(norm(own)).as("%s, %s", info.name(), kind).isPositive();
          } else if (info.name().contains("branch2") && !info.name().contains("c_bn")) {
            assertThat(norm(own)).as("%s, %s", info.name(), kind).isZero();
          }
          at += info.count();
        }
      }
    }
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  @Test
  void probabilitiesAddUpToOneAtAnyCrop() {
    try (Network network = Network.create(LIGHT, "cpu", 1)) {
      for (int crop : new int[] {32, 48}) {
        for (float[] row : network.probabilities(batch(3, 4, crop, 2))) {
          assertThat(row).hasSize(4);
          assertThat(row[0] + row[1] + row[2] + row[3]).isCloseTo(1, within(1e-5f));
        }
      }
    }
  }

  @Test
  void memoryStaysFlatOver1000Steps() throws IOException {
    try (Network network = Network.create(LIGHT, "cpu", 1)) {
      ClipBatch[] batches = {batch(4, 4, 32, 1), batch(2, 8, 32, 2), batch(6, 4, 28, 3)};
      run(network, batches, 100);
      long before = residentMegabytes();
      run(network, batches, 1000);
      assertThat(residentMegabytes() - before).isLessThan(40);
    }
  }

  @Test
  void refusalsNameTheSetting() {
    Model fast = model("width=8", "alpha=8");
    assertThat(Cost.refusals(fast, 12, 32))
        .containsExactly("12 frames must be a multiple of model.alpha = 8");
    assertThat(Cost.refusals(fast, 16, 32)).isEmpty();
  }

  static void run(Network network, ClipBatch[] batches, int steps) {
    for (int i = 0; i < steps; i++) {
      network.zeroGradients();
      network.step(batches[i % batches.length], i);
    }
  }

  /** Of this process, with what Java's own heap holds for nothing given back. */
  static long residentMegabytes() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
      }
    }
    throw new IOException("no VmRSS");
  }

  static ClipBatch batch(int clips, int frames, int crop, long seed) {
    Random random = new Random(seed);
    ByteBuffer pixels = ByteBuffer.allocateDirect(clips * 3 * frames * crop * crop);
    int[] labels = new int[clips];
    for (int i = 0; i < clips; i++) {
      labels[i] = i % 4;
      for (int p = 0; p < 3 * frames * crop * crop; p++) {
        pixels.put((byte) (60 * labels[i] + random.nextInt(60)));
      }
    }
    pixels.clear();
    return new ClipBatch(pixels, clips, frames, crop, labels);
  }
}

package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.networks.Model;
import io.multigrid.schedules.BatchNorm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What holds of a step on one thread and on two. Convolutions sum the gradients of their weights in
 * as many parts as there are threads, and with channels last batch normalisation does so too.
 */
class ThreadsTest {
  private record Stepped(double loss, float[] statistics, float[] gradient) {}

  @AfterAll
  static void oneThread() {
    Network.threads(1);
  }

  @ParameterizedTest
  @CsvSource({
    "slowfast, channels-first, float32",
    "slowfast, channels-first, bfloat16",
    "slowfast, channels-last, float32",
    "slowfast, channels-last, bfloat16",
    "i3d, channels-first, float32"
  })
  void theSameThreadsGiveTheSameBits(String name, String layout, String precision) {
    for (int threads = 1; threads <= 2; threads++) {
      Stepped first = step(threads, name, layout, precision);
      assertThat(step(threads, name, layout, precision))
          .usingRecursiveComparison()
          .isEqualTo(first);
    }
  }

  @ParameterizedTest
  @CsvSource({"slow", "slowfast", "i3d"})
  void withChannelsFirstTheForwardPassIsTheSameOnAnyThreads(String name) {
    for (String precision : new String[] {"float32", "bfloat16"}) {
      Stepped one = step(1, name, "channels-first", precision);
      Stepped two = step(2, name, "channels-first", precision);
      assertThat(two.loss()).isEqualTo(one.loss());
      assertThat(two.statistics()).isEqualTo(one.statistics());
      assertThat(Golden.distance(two.gradient(), one.gradient())).isLessThan(1e-2);
    }
  }

  /**
   * With as many threads as there are sub-batches, or fewer, every one is computed by one thread.
   */
  @ParameterizedTest
  @CsvSource({
    "slowfast, channels-first, float32, everything",
    "slowfast, channels-last, float32, stages",
    "slowfast, channels-last, bfloat16, everything",
    "i3d, channels-first, bfloat16, stages"
  })
  void subBatchesGiveTheSameBitsOnAnyThreads(
      String name, String layout, String precision, String keep) {
    Stepped one = split(1, name, layout, precision, keep);
    for (int threads = 2; threads <= 4; threads++) {
      assertThat(split(threads, name, layout, precision, keep))
          .usingRecursiveComparison()
          .isEqualTo(one);
    }
  }

  @Test
  void whatFailsInASubBatchFailsTheStepAndLeavesTheNetworkWhole() {
    Network.threads(2);
    ClipBatch batch = ComputeTest.batch(4, 8, 32);
    int[][] sets = {{0}, {1}, {2, 3}, {3}};
    ClipBatch wrong = new ClipBatch(batch.pixels(), 4, 8, 32, sets);
    try (Network network = Network.create(model("slow", "channels-last", "float32"), "cpu", 1);
        Network other = Network.create(model("slow", "channels-last", "float32"), "cpu", 1)) {
      network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 2, 1));
      other.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 2, 1));
      float[] statistics = network.statistics();
      assertThatThrownBy(() -> network.step(wrong, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("a clip has 2 labels");
      network.zeroGradients();
      network.statistics(statistics);
      assertThat(stepped(network, batch))
          .usingRecursiveComparison()
          .isEqualTo(stepped(other, batch));
    }
  }

  @Test
  void memoryStaysFlatSideBySide() throws IOException {
    Network.threads(2);
    try (Network network = Network.create(model("slow", "channels-last", "float32"), "cpu", 1)) {
      network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 2, 1));
      ClipBatch[] batches = {ComputeTest.batch(4, 4, 32), ComputeTest.batch(2, 8, 32)};
      NetworkTest.run(network, batches, 100);
      long before = NetworkTest.residentMegabytes();
      NetworkTest.run(network, batches, 300);
      assertThat(NetworkTest.residentMegabytes() - before).isLessThan(30);
    }
  }

  private static Stepped stepped(Network network, ClipBatch batch) {
    double loss = network.step(batch, 5).lossMean();
    return new Stepped(loss, network.groupStatistics(), network.gradients());
  }

  private static Stepped split(
      int threads, String name, String layout, String precision, String keep) {
    Network.threads(threads);
    Model model = model(name, layout, precision, "keep=" + keep);
    try (Network network = Network.create(model, "cpu", 1)) {
      network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1));
      network.step(ComputeTest.batch(8, 8, 32), 4);
      return stepped(network, ComputeTest.batch(8, 8, 32));
    }
  }

  private static Stepped step(int threads, String name, String layout, String precision) {
    Network.threads(threads);
    Model model = model(name, layout, precision);
    try (Network network = Network.create(model, "cpu", 1)) {
      return stepped(network, ComputeTest.batch(4, 8, 64));
    }
  }

  private static Model model(String name, String layout, String precision, String... more) {
    List<String> sets =
        new ArrayList<>(
            List.of(
                "name=" + name,
                "width=16",
                "classes=4",
                "dropout=0",
                "zero-init-final-bn=false",
                "blocks=[1,2,1,1]",
                "layout=" + layout,
                "precision=" + precision));
    sets.addAll(List.of(more));
    return NetworkTest.model(sets.toArray(new String[0]));
  }
}

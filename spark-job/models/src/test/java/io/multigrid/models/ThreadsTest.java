package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.networks.Model;
import io.multigrid.schedules.BatchNorm;
import org.junit.jupiter.api.AfterAll;
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

  private static Stepped split(
      int threads, String name, String layout, String precision, String keep) {
    Network.threads(threads);
    Model model = model(name, layout, precision, "keep=" + keep);
    try (Network network = Network.create(model, "cpu", 1)) {
      network.batchNorm(new BatchNorm(BatchNorm.Kind.SPLIT, 4, 1));
      float[] gradient = new float[network.parameterCount()];
      network.step(ComputeTest.batch(8, 8, 32), 4);
      double loss = network.step(ComputeTest.batch(8, 8, 32), 5).lossMean();
      network.gradients(gradient);
      return new Stepped(loss, network.groupStatistics(), gradient);
    }
  }

  private static Stepped step(int threads, String name, String layout, String precision) {
    Network.threads(threads);
    Model model = model(name, layout, precision, "keep=everything");
    try (Network network = Network.create(model, "cpu", 1)) {
      float[] gradient = new float[network.parameterCount()];
      double loss = network.step(ComputeTest.batch(4, 8, 64), 5).lossMean();
      network.gradients(gradient);
      return new Stepped(loss, network.statistics(), gradient);
    }
  }

  private static Model model(String name, String layout, String precision, String keep) {
    return NetworkTest.model(
        "name=" + name,
        "width=16",
        "classes=4",
        "dropout=0",
        "zero-init-final-bn=false",
        "blocks=[1,2,1,1]",
        "layout=" + layout,
        "precision=" + precision,
        keep);
  }
}

package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FlatVectorTest {
  private static Network network(int width) {
    return Network.create(
        NetworkTest.model(
            "name=slow",
            "width=" + width,
            "classes=4",
            "blocks=[1,1,1,1]",
            "temporal-kernels=[1,1,1,1,1]"),
        "cpu",
        3);
  }

  @Test
  void isTheMemoryThatTheNetworkComputesWith() {
    try (Network network = network(8)) {
      FlatVector weights = network.weightVector();
      assertThat(weights.length()).isEqualTo(network.parameterCount());
      assertThat(weights.device()).isEqualTo("cpu");
      float[] values = new float[weights.length()];
      weights.get(values);
      assertThat(values).isEqualTo(network.weights());
      Arrays.fill(values, 0.5f);
      weights.put(values);
      assertThat(network.weights()).isEqualTo(values);
      weights.values().put(5, -1);
      assertThat(network.weights()[5]).isEqualTo(-1);
      assertThatThrownBy(() -> weights.put(new float[1]))
          .hasMessage("1 values for a vector of " + network.parameterCount());
    }
  }

  @Test
  void holdsTheGradientWhichIsScaledInPlace() {
    try (Network network = network(8)) {
      network.step(NetworkTest.batch(2, 1, 32, 1), 0);
      FlatVector gradient = network.gradientVector();
      float[] once = new float[gradient.length()];
      gradient.get(once);
      network.scaleGradients(0, gradient.length(), 4);
      float[] scaled = new float[gradient.length()];
      gradient.get(scaled);
      for (int i = 0; i < once.length; i++) {
        once[i] *= 4;
      }
      assertThat(scaled).isEqualTo(once).isNotEqualTo(new float[once.length]);
    }
  }

  /** An eighth of the parameters' size is far above what a step takes of Java's heap. */
  @Test
  void aStepAllocatesNoArrayOfTheSizeOfTheParameters() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Network.threads(1);
    try (Network network = network(64)) {
      FlatVector gradient = network.gradientVector();
      FlatVector weights = network.weightVector();
      float[] values = new float[weights.length()];
      ClipBatch batch = NetworkTest.batch(2, 1, 32, 1);
      network.step(batch, 0);
      long before = threads.getCurrentThreadAllocatedBytes();
      weights.put(values);
      network.zeroGradients();
      network.step(batch, 0);
      network.scaleGradients(0, gradient.length(), 2);
      gradient.get(values);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(network.parameterCount()).isGreaterThan(4_000_000);
      assertThat(allocated).isLessThan(4L * network.parameterCount() / 8);
    }
  }
}

package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.BatchNorm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientRangesTest {
  /** A range as it was when it was told. */
  private record Told(int first, int end, float[] values) {}

  @AfterAll
  static void oneThread() {
    Network.threads(1);
  }

  @ParameterizedTest
  @CsvSource({
    "1, slowfast, 1, everything",
    "1, i3d, 1, stages",
    "1, slowfast, 4, everything",
    "2, slowfast, 4, stages",
    "3, slow, 4, everything",
    "4, slow, 2, everything"
  })
  void areFinalWhenTheyAreTold(int threads, String name, int splits, String keep) {
    Network.threads(threads);
    Model model =
        NetworkTest.model("name=" + name, "width=8", "classes=4", "dropout=0", "keep=" + keep);
    try (Network network = Network.create(model, "cpu", 1)) {
      network.batchNorm(
          splits == 1 ? BatchNorm.PLAIN : new BatchNorm(BatchNorm.Kind.SPLIT, splits, 1));
      ClipBatch batch = NetworkTest.batch(8, 8, 32, 5);
      network.step(batch, 1);
      List<Told> all = new ArrayList<>();
      network.step(batch, 2, (first, end) -> all.add(told(network, first, end)));
      float[] gradient = network.gradients();
      assertThat(all).hasSize(Architecture.SEGMENTS + 1);
      int end = gradient.length;
      int head = end - 4 - count(network, "head.projection.weight");
      assertThat(all.get(0).first()).isEqualTo(head);
      for (Told told : all.subList(1, all.size())) {
        assertThat(told.end()).isLessThan(end);
        end = told.end();
      }
      assertThat(all.get(all.size() - 1).first()).isZero();
      int values = 0;
      for (Told told : all) {
        values += told.values().length;
        for (int i = told.first(); i < told.end(); i++) {
          assertThat(told.values()[i - told.first()]).isEqualTo(gradient[i]);
        }
      }
      assertThat(values).isEqualTo(gradient.length);
    }
  }

  private static int count(Network network, String name) {
    return network.parameters().stream()
        .filter(info -> info.name().equals(name))
        .mapToInt(TensorInfo::count)
        .sum();
  }

  private static Told told(Network network, int first, int end) {
    return new Told(first, end, Arrays.copyOfRange(network.gradients(), first, end));
  }
}

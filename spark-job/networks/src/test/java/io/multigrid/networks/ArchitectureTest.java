package io.multigrid.networks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** As PySlowFast counts them, for 400 classes. */
  @Test
  void parametersOfPublishedNetworks() {
    List<Integer> blocks = Networks.DEPTH_50;
    assertThat(parameters(Networks.slowfast(64, blocks, Networks.PLAIN))).isEqualTo(34_566_488);
    assertThat(parameters(Networks.slow(64, blocks))).isEqualTo(32_454_096);
    assertThat(parameters(Networks.i3d(64, blocks))).isEqualTo(28_043_472);
    assertThat(parameters(Networks.c2d(64, blocks))).isEqualTo(24_327_632);
  }

  @Test
  void everyParameterHasANameOfItsOwnAndEveryBlockStartsAsItsShortcut() {
    Architecture net = Architecture.of(Networks.slowfast(8, Networks.DEPTH_50, Networks.PLAIN));
    Set<String> names = new HashSet<>();
    net.parameters().forEach(info -> assertThat(names.add(info.name())).as(info.name()).isTrue());
    assertThat(net.finalGains()).hasSize(2 * (3 + 4 + 6 + 3));
    assertThat(net.finalGains())
        .allSatisfy(
            i -> assertThat(net.parameters().get(i).name()).endsWith("branch2.c_bn.weight"));
    assertThat(net.laterals()).hasSize(Architecture.SEGMENTS - 1);
    assertThat(net.headChannels()).isEqualTo(8 * 32 + 32);
  }

  private static long parameters(Model model) {
    return Architecture.of(model).parameters().stream().mapToLong(TensorInfo::count).sum();
  }
}

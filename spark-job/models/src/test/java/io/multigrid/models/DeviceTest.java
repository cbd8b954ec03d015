package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.networks.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Devices other than the CPU. */
class DeviceTest {
  @BeforeAll
  static void oneThread() {
    Network.threads(1);
  }

  static Stream<Model> networks() {
    return Stream.of(
            "name=slowfast dropout=0.5",
            "name=slowfast layout=channels-last keep=stages",
            "name=i3d loss=sigmoid label-smoothing=0.1 keep=stages",
            "name=i3d nonlocal.blocks=[[3,1]] dropout=0.5",
            "name=c2d layout=channels-last",
            "name=slow precision=bfloat16 layout=channels-last",
            "name=slowfast precision=bfloat16 keep=stages")
        .map(DeviceTest::model);
  }

  @Test
  void aDeviceThatIsNotThereIsSaid() {
    long there = torch.cuda_device_count();
    String name = "cuda:" + there;
    assertThat(Network.refusal("cpu")).isEmpty();
    if (there == 0) {
      assertThat(Network.refusal(name))
          .hasValue(
              "sees no CUDA device; it takes NVIDIA's driver, CUDA 13 and cuDNN 9 on LD_LIBRARY_PATH, and multigrid built with mvn -Pcuda");
    } else {
      assertThat(Network.refusal(name).orElseThrow()).startsWith("sees " + there + " CUDA device");
    }
    assertThatThrownBy(() -> Network.create(model("name=slow"), name, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("device " + name + ": this process sees ");
  }

  @Test
  void aStepOnAGpuIsThatOfTheCpu() {
    Assumptions.assumeTrue(torch.cuda_device_count() > 0, "there is no CUDA device here");
    for (Model model : networks().toList()) {
      boolean rough = model.compute().precision() == Model.Compute.Precision.BFLOAT16;
      float[] here = gradient(model, "cpu");
      assertThat(Golden.distance(gradient(model, "cuda:0"), here)).isLessThan(rough ? 0.5 : 1e-3);
    }
  }

  private static float[] gradient(Model model, String device) {
    try (Network network = Network.create(model, device, 1);
        PointerScope scope = new PointerScope()) {
      Labels labels = new Labels(new int[][] {{0}, {1}, {2}, {3}}, 4);
      network.train(network.inputs().pathways(clips(device)), labels, 3);
      return network.gradients();
    }
  }

  private static Tensor clips(String device) {
    long[] shape = {4, 3, 8, 48, 48};
    float[] values = new float[4 * 3 * 8 * 48 * 48];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 0.37);
    }
    return Tensors.of(
        values,
        0,
        shape,
        new TensorOptions(ScalarType.Float).device(new DeviceOptional(new Device(device))));
  }

  private static Model model(String sets) {
    List<String> all = new ArrayList<>(List.of("width=8", "classes=4", "zero-init-final-bn=false"));
    all.addAll(Arrays.asList(sets.split(" ")));
    return NetworkTest.model(all.toArray(new String[0]));
  }
}

package io.multigrid.models;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Bfloat16;
import io.multigrid.networks.Conv;
import io.multigrid.networks.Model.Compute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Takes every stem of the catalogue forward and backward in bfloat16, at the crop that it is given,
 * and prints for each how far the weight's gradient is from that of float32. With {@code overrun},
 * writes beyond its memory instead.
 *
 * <p>Where oneDNN has no bfloat16, as without AVX-512, libtorch computes it by loops of its own,
 * which are tens of times slower and know no sizes: there, what is computed in bfloat16 is a strip
 * of the crop's width.
 */
final class StemsMain {
  private static final int FRAMES = 5; // as many as the longest stem has
  private static final int STRIP = 32; // pixels

  private StemsMain() {}

  public static void main(String[] args) throws IOException {
    if (args[0].equals("overrun")) {
      Pointer block = Pointer.malloc(24);
      new BytePointer(block).capacity(64).put(24, (byte) 1).put(25, (byte) 1);
      Pointer.free(block);
      return;
    }
    Network.threads(2);
    int crop = Integer.parseInt(args[0]);
    String cpu = Files.readString(Path.of("/proc/cpuinfo"));
    boolean slow = !cpu.contains(" avx512bw") && !cpu.contains(" avx_ne_convert");
    for (Map.Entry<String, Conv> stem : stems().entrySet()) {
      boolean float32 = Bfloat16.harms(stem.getValue(), FRAMES, crop);
      print(stem.getKey(), stem.getValue(), float32, slow && !float32 ? STRIP : crop, crop);
    }
  }

  /** Stems that differ, by the network that has them. */
  private static Map<String, Conv> stems() {
    Map<String, Conv> stems = new LinkedHashMap<>();
    for (String name : List.of("slow", "slowfast", "i3d", "c2d")) {
      for (int width : List.of(8, 16, 32, 64)) {
        var net = Architecture.of(NetworkTest.model("name=" + name, "width=" + width));
        for (Architecture.Pathway pathway : net.pathways()) {
          Conv c = pathway.stem().conv();
          stems.putIfAbsent(
              c.out() + "x3x" + c.kernel()[0] + "x7x7",
              new Conv(0, OptionalInt.empty(), c.in(), c.out(), c.kernel(), c.stride()));
        }
      }
    }
    return stems;
  }

  private static void print(String name, Conv conv, boolean float32, int height, int width) {
    long[] k = conv.kernel();
    for (MemoryFormat layout : List.of(MemoryFormat.Contiguous, MemoryFormat.ChannelsLast3d)) {
      try (PointerScope scope = new PointerScope()) {
        Random random = new Random(1);
        int clips = k[0] == 1 ? 4 : 1;
        Tensor x = random(random, clips, 3, FRAMES, height, width).contiguous(layout);
        Tensor weight = random(random, conv.out(), 3, k[0], k[1], k[2]);
        float[] exact = gradient(weight, x, conv, Compute.Precision.FLOAT32);
        float[] rough = gradient(weight, x, conv, Compute.Precision.BFLOAT16);
        System.out.println(
            name + " " + layout + " " + float32 + " " + Golden.distance(rough, exact));
      }
    }
  }

  private static float[] gradient(Tensor values, Tensor x, Conv conv, Compute.Precision precision) {
    Tensor weight = values.detach().clone().set_requires_grad(true);
    Compute compute =
        new Compute(precision, Compute.Layout.CHANNELS_FIRST, Compute.Keep.EVERYTHING);
    Forward forward = new Forward(List.of(weight), null, Forward.Mode.TRAINING, compute);
    Tensor y =
        precision == Compute.Precision.BFLOAT16
            ? Autocast.bfloat16(DeviceType.CPU, () -> forward.convolution(x, conv))
            : forward.convolution(x, conv);
    y.to(ScalarType.Float).square().mean().backward();
    float[] gradient = new float[Math.toIntExact(weight.numel())];
    Tensors.get(weight.grad(), gradient, 0);
    return gradient;
  }

  private static Tensor random(Random random, long... shape) {
    int count = 1;
    for (long side : shape) {
      count *= (int) side;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensors.of(values, 0, shape, new TensorOptions(ScalarType.Float));
  }
}

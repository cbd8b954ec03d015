package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What libtorch makes of a written module, to be the network itself. */
class TorchScriptTest {
  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    Network.threads(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=slowfast",
        "name=slow;block=basic;depth=18;loss=sigmoid",
        "name=i3d;nonlocal.blocks=[[3,1],[4,0]]",
        "name=c2d;nonlocal.blocks=[[3,0]];nonlocal.pairing=dot-product;precision=bfloat16"
      })
  void givesTheScoresOfTheNetwork(String settings) {
    String sets = settings + ";width=8;classes=6;zero-init-final-bn=false;dropout=0.5";
    Path file = folder.resolve("model.pt");
    ClipBatch batch = ComputeTest.batch(4, 8, 48);
    String exact = sets.replace("precision=bfloat16", "precision=float32");
    try (Network trained = Network.create(NetworkTest.model(sets.split(";")), "cpu", 3);
        Network network = Network.create(NetworkTest.model(exact.split(";")), "cpu", 3)) {
      trained.step(batch, 1); // running statistics that are not those of the beginning
      TorchScript.write(trained, file);
      network.statistics(trained.statistics());
      float[][] expected = network.probabilities(batch);
      float[] found = run(file, batch);
      for (int clip = 0; clip < 4; clip++) {
        for (int c = 0; c < 6; c++) {
          assertThat(found[clip * 6 + c])
              .isCloseTo(expected[clip][c], org.assertj.core.api.Assertions.within(1e-6f));
        }
      }
    }
  }

  private static float[] run(Path file, ClipBatch batch) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      JitModule module = torch.load(file.toString());
      module.eval();
      long[] shape = {batch.clips(), 3, batch.frames(), batch.crop(), batch.crop()};
      Tensor pixels =
          torch.from_blob(
              new BytePointer(batch.pixels()), shape, new TensorOptions(ScalarType.Byte));
      return ParityTest.values(module.forward(new IValueVector(new IValue(pixels))).toTensor());
    }
  }
}

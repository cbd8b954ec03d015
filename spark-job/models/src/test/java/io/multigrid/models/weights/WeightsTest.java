package io.multigrid.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.Settings;
import io.multigrid.models.Network;
import io.multigrid.models.SafeTensors;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.ModelReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made by torch and numpy, see make.py beside them; whole, broken and hostile. */
class WeightsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"pyslowfast.pyth", "older.pth", "caffe2.pkl", "executes.pth"})
  void everyTensorComesBack(String file) throws IOException {
    try (Network network = network(4)) {
      Weights weights = Weights.of(WeightsFile.read(resource(file)), network);
      assertThat(weights.notes()).isEmpty();
      assertThat(weights.complete()).isTrue();
      List<TensorInfo> all = new ArrayList<>(network.parameters());
      assertThat(weights.parameters()).containsExactly(expected(all, 0));
      assertThat(weights.statistics())
          .containsExactly(expected(network.statisticsTensors(), all.size()));
    }
    assertThat(Path.of("executed")).doesNotExist();
  }

  @Test
  void flatKernelsAreSpreadOverTimeAndAnotherHeadIsLeft() throws IOException {
    try (Network network = network(4)) {
      Weights weights = Weights.of(WeightsFile.read(resource("torchvision.pth")), network);
      assertThat(weights.initial())
          .containsExactly("head.projection.weight", "head.projection.bias");
      assertThat(weights.complete()).isTrue();
      assertThat(weights.inflated()).contains("s5.pathway0_res0.branch2.a.weight");
      int at = 0;
      for (TensorInfo info : network.parameters()) {
        if (info.name().equals("s5.pathway0_res0.branch2.a.weight")) {
          float[] w = weights.parameters();
          assertThat(w[at]).isEqualTo(w[at + 1]).isEqualTo(w[at + 2]);
          assertThat(3 * w[at]).isEqualTo(value(index(network, info), 0));
          assertThat(3 * w[at + 3]).isEqualTo(value(index(network, info), 3));
        }
        at += info.count();
      }
    }
  }

  @Test
  void whatDoesNotFitIsListedInFull() throws IOException {
    Model wide = model("model.width=4", "model.classes=4", "model.blocks=[2,1,1,1]");
    try (Network network = Network.create(wide, "cpu", 1)) {
      Weights weights = Weights.of(WeightsFile.read(resource("pyslowfast.pyth")), network);
      assertThat(weights.complete()).isFalse();
      assertThat(weights.missing())
          .contains(
              "s2.pathway0_res1.branch2.a.weight", "s2.pathway0_res1.branch2.c_bn.running_var");
      assertThat(weights.misshapen())
          .contains("s1.pathway0_stem.conv.weight [2, 3, 1, 7, 7], needed [4, 3, 1, 7, 7]");
    }
    try (Network network = Network.create(model("model.name=c2d"), "cpu", 1)) {
      assertThat(Weights.of(WeightsFile.read(resource("pyslowfast.pyth")), network).notes())
          .isNotEmpty();
    }
  }

  @Test
  void whatIsNotFiniteIsBlamedOnTheFile() throws IOException {
    Path file = folder.resolve("diverged.safetensors");
    try (Network network = network(4)) {
      Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
      for (TensorInfo info : network.parameters()) {
        tensors.put(info.name(), new SafeTensors.Values(info.shape(), new float[info.count()]));
      }
      float[] stem = tensors.get("s1.pathway0_stem.conv.weight").values();
      stem[147 + 49 + 8] = Float.NaN;
      stem[293] = Float.POSITIVE_INFINITY;
      tensors.get("head.projection.bias").values()[3] = Float.NEGATIVE_INFINITY;
      try (OutputStream out = Files.newOutputStream(file)) {
        new SafeTensors(Map.of(), tensors).write(out);
      }
      assertThatThrownBy(() -> Weights.of(WeightsFile.read(file), network))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "Cannot use the weights of "
                  + file
                  + ": s1.pathway0_stem.conv.weight is not finite in 2 of 294 numbers, the first at"
                  + " [1, 1, 0, 1, 1]: NaN; head.projection.bias is not finite in 1 of 4 numbers,"
                  + " the first at [3]: -Infinity; it was damaged, or written by a training that"
                  + " diverged: give another file, or an earlier checkpoint");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pyslowfast.pyth", "older.pth", "caffe2.pkl"})
  void aFileCutAnywhereIsRefused(String file) throws IOException {
    byte[] whole = Files.readAllBytes(resource(file));
    Random random = new Random(1);
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int i = 0; i < 400; i++) {
            int length = i < 64 ? i : random.nextInt(whole.length - 1);
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> use(cut))
                .as("cut at %d", length)
                .isInstanceOf(IOException.class);
          }
        });
  }

  /** Nothing but an IOException, and no more than moments, may come of any bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"pyslowfast.pyth", "older.pth", "caffe2.pkl", "executes.pth"})
  void bytesChangedAtRandomGiveAResultOrAClearError(String file) throws IOException {
    byte[] whole = Files.readAllBytes(resource(file));
    Random random = new Random(7);
    int[] refused = {0};
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int i = 0; i < 1500; i++) {
            byte[] changed = whole.clone();
            for (int k = 0; k <= i % 5; k++) {
              // The first bytes decide most: pickles begin there.
              int within = i % 2 == 0 ? Math.min(4000, whole.length) : whole.length;
              changed[random.nextInt(within)] = (byte) random.nextInt(256);
            }
            try {
              use(changed);
            } catch (IOException e) {
              assertThat(e).hasMessageContaining("Cannot read weights from");
              refused[0]++;
            }
          }
        });
    assertThat(refused[0]).isPositive();
  }

  @Test
  void hostilePicklesAreRefusedInTimeAndMemory() {
    Assertions.assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          refused("endless lists", repeated(']', 30_000_000), "more than 4,000,000 instructions");
          refused("a huge text", bytes("\u0080\u0002X\u00ff\u00ff\u00ff\u007f."), "should follow");
          refused("unstored", bytes("\u0080\u0002h\u0007."), "never stored");
          refused("a list in itself as a key", bytes("\u0080\u0002}]q\u0001h\u0001as."), "broken");
          refused("its own key", bytes("\u0080\u0002}]q\u0001K\u0001s."), "list as a key");
          refused("no dictionary", bytes("\u0080\u0002K\u0001."), "no dictionary of weights");
        });
  }

  @Test
  void zipBombsAbsurdShapesAndPathTricksAreRefused() throws IOException {
    byte[] bomb = repeated(']', 80_000_000);
    refusedZip("a/data.pkl", bomb, "data.pkl would have 80000002 bytes");
    refusedZip("a/data.pkl", repeated(']', 20_000_000), "more than 4,000,000 instructions");
    refusedZip("../../data.pkl", bytes("\u0080\u0002}."), "without a data.pkl");
    refusedZip(
        "a/data.pkl", tensor("../../../etc/passwd", 4, "K\u0002K\u0002"), "should have 16 bytes");
    refusedZip(
        "a/data.pkl",
        tensor("0", 4, "J\u00ff\u00ff\u00ff\u007fJ\u00ff\u00ff\u00ff\u007f"),
        "has none");
  }

  private void refusedZip(String entry, byte[] content, String message) throws IOException {
    Path file = folder.resolve("hostile.pth");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(content);
      zip.closeEntry();
    }
    assertThatThrownBy(() -> use(Files.readAllBytes(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  /** A pickle of {'w': a tensor of two sides in a storage of some elements}. */
  private static byte[] tensor(String key, int elements, String sides) {
    return bytes(
        "\u0080\u0002}X\u0001\u0000\u0000\u0000wctorch._utils\n_rebuild_tensor_v2\n(("
            + "X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\nX"
            + (char) key.length()
            + "\u0000\u0000\u0000"
            + key
            + "X\u0003\u0000\u0000\u0000cpuK"
            + (char) elements
            + "tQK\u0000("
            + sides
            + "t(K\u0002K\u0001ttRs.");
  }

  private void refused(String what, byte[] content, String message) {
    assertThatThrownBy(() -> use(content))
        .as(what)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  private void use(byte[] content) throws IOException {
    Path file = folder.resolve("changed.bin");
    Files.write(file, content);
    WeightsFile checkpoint = WeightsFile.read(file);
    try {
      for (StoredTensor tensor : checkpoint.tensors().values()) {
        if (StoredTensor.count(tensor.shape()) < 1 << 20) {
          tensor.values();
        }
      }
    } catch (IOException e) {
      throw new IOException("Cannot read weights from " + file + ": " + e.getMessage(), e);
    }
  }

  private static byte[] repeated(char op, int count) {
    byte[] bytes = new byte[count + 2];
    Arrays.fill(bytes, (byte) op);
    bytes[0] = (byte) 0x80;
    bytes[1] = 2;
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static float[] expected(List<TensorInfo> infos, int firstIndex) {
    float[] values = new float[infos.stream().mapToInt(TensorInfo::count).sum()];
    int at = 0;
    for (int i = 0; i < infos.size(); i++) {
      for (int k = 0; k < infos.get(i).count(); k++) {
        values[at++] = value(firstIndex + i, k);
      }
    }
    return values;
  }

  private static float value(int tensor, int element) {
    return (31 * tensor + 7 * element) % 97 / 64f;
  }

  private static int index(Network network, TensorInfo info) {
    return network.parameters().stream().map(TensorInfo::name).toList().indexOf(info.name());
  }

  private static Network network(int classes) {
    return Network.create(model("model.classes=" + classes), "cpu", 1);
  }

  private static Model model(String... sets) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "model.name=slow", "model.width=2", "model.blocks=[1,1,1,1]", "model.classes=4"));
    all.addAll(List.of(sets));
    return ModelReader.model(Settings.load(Optional.empty(), all));
  }

  private static Path resource(String name) {
    try {
      return Path.of(WeightsTest.class.getResource("/weights/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

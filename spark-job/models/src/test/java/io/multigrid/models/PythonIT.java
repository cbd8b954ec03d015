package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.networks.Cost;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model of ours in Python: the packages safetensors and torch read it, and a forward pass written
 * there by hand gives the same logits.
 *
 * <p>Needs a Python with both packages: that of {@code -Dpython}, or the one on the path. They are
 * gigabytes, so they are installed, into {@code target/python}, only with {@code -Dpython.install}.
 */
class PythonIT {
  private static final int CLASSES = 5;
  private static final String IMPORTS = "import torch, safetensors.torch";
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bottleneck", "basic"})
  void pythonComputesTheSameLogitsAndCountsTheSameMultiplyAdds(String block) throws Exception {
    String python = python();
    Network.threads(1);
    long[] shape = {2, 3, 4, 32, 32};
    float[] x = new float[2 * 3 * 4 * 32 * 32];
    Random random = new Random(3);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    Model slow =
        NetworkTest.model(
            "name=slow",
            "width=4",
            "classes=" + CLASSES,
            "dropout=0",
            "block=" + block,
            "depth=" + (block.equals("basic") ? 18 : 50));
    float[] expected;
    Path model = folder.resolve("model.safetensors");
    Path script = folder.resolve("model.pt");
    try (Network network = Network.create(slow, "cpu", 4)) {
      float[] weights = network.weights();
      for (int i = 0; i < weights.length; i++) {
        weights[i] += 0.02f * (float) random.nextGaussian(); // gains that start at 0 too
      }
      network.weights(weights);
      expected = train(network, x, shape);
      Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
      put(tensors, network.parameters(), network.weights());
      put(tensors, network.statisticsTensors(), network.statistics());
      write(model, new SafeTensors(Map.of("made by", "multigrid"), tensors));
      TorchScript.write(network, script);
    }
    Path clips = folder.resolve("clips.safetensors");
    write(clips, new SafeTensors(Map.of(), Map.of("x", new SafeTensors.Values(shape, x))));

    Path forward = Path.of(PythonIT.class.getResource("/python/forward.py").toURI());
    JsonNode result =
        new ObjectMapper().readTree(run(python, forward + "", model + "", clips + "", script + ""));
    assertThat(result.get("metadata").get("made by").asText()).isEqualTo("multigrid");
    assertThat(Golden.gap(Golden.floats(result.get("logits")), expected)).isLessThan(2e-5);
    assertThat(result.get("same names").asBoolean()).isTrue();
    assertThat(Golden.gap(Golden.floats(result.get("scores")), softmax(expected))).isLessThan(2e-5);
    assertThat(result.get("macs").asLong()).isEqualTo(Cost.of(slow, 4, 32).multiplyAdds());
  }

  /** A step, so that running statistics are not those of the beginning; then logits. */
  private static float[] train(Network network, float[] x, long[] shape) {
    try (PointerScope scope = new PointerScope()) {
      Tensor input = Tensors.of(x, 0, shape, new TensorOptions(ScalarType.Float));
      network.train(List.of(input), new Labels(new int[][] {{1}, {2}}, 5), 1);
      try (NoGradGuard guard = new NoGradGuard()) {
        return ParityTest.values(network.evaluate(List.of(input)));
      }
    }
  }

  private static float[] softmax(float[] logits) {
    float[] scores = new float[logits.length];
    for (int clip = 0; clip < logits.length / CLASSES; clip++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        sum += Math.exp(logits[clip * CLASSES + c]);
      }
      for (int c = 0; c < CLASSES; c++) {
        scores[clip * CLASSES + c] = (float) (Math.exp(logits[clip * CLASSES + c]) / sum);
      }
    }
    return scores;
  }

  private static void put(
      Map<String, SafeTensors.Values> tensors, List<TensorInfo> infos, float[] flat) {
    int at = 0;
    for (TensorInfo info : infos) {
      float[] values = Arrays.copyOfRange(flat, at, at + info.count());
      tensors.put(info.name(), new SafeTensors.Values(info.shape(), values));
      at += info.count();
    }
  }

  private static void write(Path file, SafeTensors tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      tensors.write(out);
    }
  }

  private static String python() throws Exception {
    String given = System.getProperty("python", "python3");
    if (has(given)) {
      return given;
    }
    Path own = Path.of("target", "python");
    String python = own.resolve("bin/python").toString();
    if (System.getProperty("python.install") != null && !has(python)) {
      run(given, "-m", "venv", own.toString());
      run(python, "-m", "pip", "install", "--quiet", "torch==2.13.0", "safetensors", "numpy");
    }
    Assumptions.assumeTrue(
        has(python),
        given
            + " has not both of torch and safetensors: name one that has by -Dpython=PATH, or let"
            + " -Dpython.install fetch them (3 GB) into target/python");
    return python;
  }

  private static boolean has(String python) throws InterruptedException {
    try {
      return start(python, "-c", IMPORTS).waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String... command) throws Exception {
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    return output;
  }

  private static Process start(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("OMP_NUM_THREADS", "1");
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}

package io.multigrid.models;

import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * CPU seconds of training steps here and in Python's torch, alternately in one run: {@code
 * StepBenchmark PYTHON SCRIPT THREADS}. CPU seconds, since other work on the machine leaves them
 * nearly alone; with one thread they are those of a clock on a quiet machine.
 */
final class StepBenchmark {
  private static final int STEPS = 7;

  private record Net(String name, List<String> sets, List<String> shapes) {}

  private StepBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    Network.threads(Integer.parseInt(arguments[2]));
    List<Net> nets =
        List.of(
            new Net(
                "slow width 8, quickstart",
                List.of("name=slow", "width=8", "blocks=[1,1,1,1]", "temporal-kernels=[1,3,3,3,3]"),
                List.of("8x16x64", "16x16x45", "32x16x32")),
            new Net(
                "slowfast width 8, R50",
                List.of("name=slowfast", "width=8"),
                List.of("8x8x112", "4x16x158", "1x32x224")),
            new Net(
                "slowfast R50",
                List.of("name=slowfast"),
                List.of("4x8x112", "2x16x158", "1x32x224")));
    for (Net net : nets) {
      for (String layout : List.of("channels-first", "channels-last")) {
        for (String precision : List.of("float32", "bfloat16")) {
          compare(net, layout, precision, arguments);
        }
      }
    }
  }

  private static void compare(Net net, String layout, String precision, String[] arguments)
      throws Exception {
    List<String> sets = new ArrayList<>(net.sets());
    sets.addAll(List.of("classes=4", "dropout=0", "layout=" + layout, "precision=" + precision));
    Model model = NetworkTest.model(sets.toArray(new String[0]));
    Map<String, String> ours = new LinkedHashMap<>();
    Path file = Files.createTempFile("multigrid-step", ".safetensors");
    try (Network network = Network.create(model, "cpu", 1)) {
      write(network, file);
      for (String shape : net.shapes()) {
        ours.put(shape, steps(network, shape));
      }
    }
    List<String> command = new ArrayList<>(List.of(arguments[0], arguments[1], file.toString()));
    command.addAll(List.of(arguments[2], layout, precision));
    command.addAll(net.shapes());
    Process python =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    for (String line : new String(python.getInputStream().readAllBytes()).split("\n")) {
      String[] theirs = line.split(" ");
      String[] own = ours.get(theirs[0]).split(" ");
      double ratio = Double.parseDouble(own[0]) / Double.parseDouble(theirs[1]);
      System.out.printf(
          Locale.ROOT,
          "%-26s %-9s %-14s %-8s ours %s s, torch %s s, ratio %.2f (loss %s, %s)%n",
          net.name(),
          theirs[0],
          layout,
          precision,
          own[0],
          theirs[1],
          ratio,
          own[2],
          theirs[3]);
    }
    Files.delete(file);
  }

  private static String steps(Network network, String shape) {
    int[] sides = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    ClipBatch batch = ComputeTest.batch(sides[0], sides[1], sides[2]);
    double[] seconds = new double[STEPS];
    double loss = 0;
    for (int i = 0; i < STEPS; i++) {
      long start = cpuNanos();
      network.zeroGradients();
      loss = network.step(batch, i).lossMean();
      seconds[i] = (cpuNanos() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return String.format(Locale.ROOT, "%.4f %.4f %.4f", seconds[0], seconds[STEPS / 2], loss);
  }

  /** Of the calling thread, which does all the work if there is but one. */
  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void write(Network network, Path file) throws Exception {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    float[] weights = network.weights();
    float[] statistics = network.statistics();
    int at = 0;
    for (TensorInfo info : network.parameters()) {
      float[] values = Arrays.copyOfRange(weights, at, at + info.count());
      tensors.put(info.name(), new SafeTensors.Values(info.shape(), values));
      at += info.count();
    }
    at = 0;
    for (TensorInfo info : network.statisticsTensors()) {
      float[] values = Arrays.copyOfRange(statistics, at, at + info.count());
      tensors.put(info.name(), new SafeTensors.Values(info.shape(), values));
      at += info.count();
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      new SafeTensors(Map.of(), tensors).write(out);
    }
  }
}

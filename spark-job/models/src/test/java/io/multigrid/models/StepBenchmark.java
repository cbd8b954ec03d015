package io.multigrid.models;

import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;

/**
 * Seconds of training steps here and in Python's torch, one after the other in one run: {@code
 * StepBenchmark PYTHON SCRIPT THREADS DEVICE [NET...]}. CPU seconds where the device is "cpu",
 * since other work on the machine leaves them nearly alone; with one thread they are those of a
 * clock on a quiet machine. Seconds of a clock on a GPU. There, arithmetic is "exact" as Devices
 * sets it, or "fast": TF32, and the convolutions that cuDNN measures to be the fastest.
 */
final class StepBenchmark {
  private record Net(String name, List<String> sets, List<String> shapes) {}

  private record Way(String layout, String precision, String arithmetic) {
    @Override
    public String toString() {
      return layout + "/" + precision + "/" + arithmetic;
    }
  }

  private record Steps(double least, double median, double loss) {}

  private final String device;
  private final int steps;

  private StepBenchmark(String device) {
    this.device = device;
    this.steps = onCpu() ? 7 : 12;
  }

  public static void main(String[] arguments) throws Exception {
    Network.threads(Integer.parseInt(arguments[2]));
    StepBenchmark benchmark = new StepBenchmark(arguments[3]);
    List<String> chosen = List.of(arguments).subList(4, arguments.length);
    for (Net net : benchmark.nets()) {
      if (chosen.isEmpty() || chosen.contains(net.name())) {
        benchmark.compare(net, List.of(arguments).subList(0, 3));
      }
    }
  }

  private boolean onCpu() {
    return device.equals("cpu");
  }

  private List<Net> nets() {
    List<String> large =
        onCpu()
            ? List.of("4x8x112", "2x16x158", "1x32x224")
            : List.of("64x8x112", "16x16x158", "4x32x224", "8x32x224");
    return List.of(
        new Net(
            "quickstart",
            List.of("name=slow", "width=8", "blocks=[1,1,1,1]", "temporal-kernels=[1,3,3,3,3]"),
            List.of("8x16x64", "16x16x45", "32x16x32")),
        new Net(
            "slowfast-width-8",
            List.of("name=slowfast", "width=8"),
            List.of("8x8x112", "4x16x158", "1x32x224")),
        new Net("slowfast-r50", List.of("name=slowfast"), large));
  }

  private List<Way> ways() {
    List<Way> ways = new ArrayList<>();
    for (String arithmetic : onCpu() ? List.of("exact") : List.of("exact", "fast")) {
      for (String precision : List.of("float32", "bfloat16")) {
        for (String layout : List.of("channels-first", "channels-last")) {
          ways.add(new Way(layout, precision, arithmetic));
        }
      }
    }
    return ways;
  }

  private void compare(Net net, List<String> python) throws Exception {
    Map<String, Steps> ours = new LinkedHashMap<>();
    Path file = Files.createTempFile("multigrid-step", ".safetensors");
    for (Way way : ways()) {
      List<String> sets = new ArrayList<>(net.sets());
      sets.addAll(List.of("classes=4", "dropout=0"));
      sets.addAll(List.of("layout=" + way.layout(), "precision=" + way.precision()));
      Model model = NetworkTest.model(sets.toArray(new String[0]));
      try (Network network = Network.create(model, device, 1)) {
        write(network, file);
        if (!onCpu()) {
          arithmetic(way.arithmetic().equals("fast"));
        }
        for (String shape : net.shapes()) {
          ours.put(way + " " + shape, steps(network, shape));
        }
      }
    }
    Map<String, String[]> theirs = python.get(0).isEmpty() ? Map.of() : theirs(net, file, python);
    ours.forEach((what, own) -> print(net.name() + " " + what, own, theirs.get(what)));
    Files.delete(file);
  }

  private Map<String, String[]> theirs(Net net, Path file, List<String> python) throws IOException {
    List<String> command = new ArrayList<>(List.of(python.get(0), python.get(1), file.toString()));
    command.addAll(List.of(python.get(2), device, Integer.toString(steps)));
    command.add(ways().stream().map(Way::toString).collect(Collectors.joining(",")));
    command.add(String.join(",", net.shapes()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Map<String, String[]> lines = new LinkedHashMap<>();
    for (String line : new String(process.getInputStream().readAllBytes()).split("\n")) {
      String[] columns = line.split(" ");
      if (columns.length == 5) {
        lines.put(columns[0] + " " + columns[1], columns);
      }
    }
    return lines;
  }

  /** A line of JSON; without what Python's torch took where there is none. */
  private static void print(String what, Steps own, String[] theirs) {
    String[] names = what.split(" ");
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "{\"net\": \"%s\", \"way\": \"%s\", \"shape\": \"%s\", \"seconds\": %.4f, \"median\": %.4f,"
                + " \"loss\": %.4f",
            names[0],
            names[1],
            names[2],
            own.least(),
            own.median(),
            own.loss()));
    if (theirs != null) {
      line.append(
          String.format(
              Locale.ROOT,
              ", \"torch\": %s, \"torchMedian\": %s, \"ratio\": %.2f, \"torchLoss\": %s",
              theirs[2],
              theirs[3],
              own.least() / Double.parseDouble(theirs[2]),
              theirs[4]));
    }
    System.out.println(line.append('}'));
  }

  private static void arithmetic(boolean fast) {
    Context context = torch.globalContext();
    context.setAllowTF32CuBLAS(fast);
    context.setAllowTF32CuDNN(fast);
    context.setDeterministicCuDNN(!fast);
    context.setBenchmarkCuDNN(fast);
  }

  private Steps steps(Network network, String shape) {
    int[] sides = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
    ClipBatch batch = ComputeTest.batch(sides[0], sides[1], sides[2]);
    double[] seconds = new double[steps];
    double loss = 0;
    for (int i = 0; i < steps; i++) {
      long start = nanos();
      network.zeroGradients();
      loss = network.step(batch, i).lossMean();
      seconds[i] = (nanos() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return new Steps(seconds[0], seconds[steps / 2], loss);
  }

  /** On a CPU, of the calling thread, which does all the work if there is but one. */
  private long nanos() {
    return onCpu()
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
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

package io.multigrid.models;

import io.multigrid.networks.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Prints the peak memory of doing something twice in this process, in KiB above what was there
 * before: "step" for training steps or "forward" for scores alone, settings of a model joined by
 * semicolons, then a shape such as 2x16x112.
 */
final class PeakMain {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String CLEAR_PEAK = "5";

  private PeakMain() {}

  public static void main(String[] args) throws IOException {
    Network.threads(1);
    Model model = NetworkTest.model(args[1].split(";"));
    try (Network network = Network.create(model, "cpu", 1)) {
      Consumer<ClipBatch> work =
          args[0].equals("step") ? b -> network.step(b, 1) : b -> network.probabilities(b);
      work.accept(ComputeTest.batch(2, 8, 32)); // what is loaded once
      int[] shape = Arrays.stream(args[2].split("x")).mapToInt(Integer::parseInt).toArray();
      ClipBatch batch = ComputeTest.batch(shape[0], shape[1], shape[2]);
      long before = kibibytes("VmRSS");
      Files.writeString(CLEAR, CLEAR_PEAK);
      work.accept(batch);
      work.accept(batch);
      System.out.println(kibibytes("VmHWM") - before);
    }
  }

  private static long kibibytes(String field) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no " + field + " in " + STATUS);
  }
}

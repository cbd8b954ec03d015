package io.multigrid.models;

import java.util.Optional;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** Where networks compute. */
final class Devices {
  private static final String NEEDED =
      "it takes NVIDIA's driver, CUDA 13 and cuDNN 9 on LD_LIBRARY_PATH, and multigrid built with mvn -Pcuda";

  private Devices() {}

  /**
   * The device of a name, ready to compute on: in float32 throughout, as on the CPU, and with
   * cuDNN's reproducible convolutions.
   *
   * @throws IllegalArgumentException if this process has no such device
   */
  public static Device of(String name) {
    Optional<String> refusal = refusal(name);
    if (refusal.isPresent()) {
      throw new IllegalArgumentException("device " + name + ": this process " + refusal.get());
    }
    Device device = new Device(name);
    if (device.is_cuda()) {
      Context context = torch.globalContext();
      context.setAllowTF32CuBLAS(false);
      context.setAllowTF32CuDNN(false);
      context.setDeterministicCuDNN(true);
      context.setBenchmarkCuDNN(false);
    }
    return device;
  }

  static Optional<String> refusal(String name) {
    long there;
    try {
      Device device = new Device(name);
      there = torch.cuda_device_count();
      if (!device.is_cuda() || device.index() < there) {
        return Optional.empty();
      }
    } catch (LinkageError e) {
      return Optional.of("cannot load libtorch (" + first(e) + "); " + NEEDED);
    }
    return Optional.of(
        there == 0
            ? "sees no CUDA device; " + NEEDED
            : "sees %s CUDA device%s, counted from 0".formatted(there, there == 1 ? "" : "s"));
  }

  /** The library that is missing, which is what the first cause names. */
  private static String first(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage();
  }
}

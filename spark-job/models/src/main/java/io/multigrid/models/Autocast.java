package io.multigrid.models;

import java.util.function.Supplier;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** libtorch's switch of this thread, on or off, for computing in bfloat16. */
final class Autocast {
  private Autocast() {}

  /**
   * Convolutions and matrix products of one kind of device convert what they take to bfloat16. What
   * was converted is not kept for the next: libtorch's store of it is one for all threads, and
   * which of them empties it would decide whether gradients are added in bfloat16 or in float32.
   */
  static <X> X bfloat16(DeviceType device, Supplier<X> work) {
    torch.set_autocast_dtype(device, ScalarType.BFloat16);
    torch.set_autocast_enabled(device, true);
    torch.set_autocast_cache_enabled(false);
    try {
      return work.get();
    } finally {
      torch.set_autocast_cache_enabled(true);
      torch.set_autocast_enabled(device, false);
    }
  }

  /** Within {@link #bfloat16}: the CPU takes everything as it is. */
  static <X> X without(Supplier<X> work) {
    torch.set_autocast_enabled(DeviceType.CPU, false);
    try {
      return work.get();
    } finally {
      torch.set_autocast_enabled(DeviceType.CPU, true);
    }
  }
}

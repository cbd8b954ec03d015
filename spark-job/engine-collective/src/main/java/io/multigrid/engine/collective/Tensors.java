package io.multigrid.engine.collective;

import io.multigrid.engine.DeviceVector;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Between vectors of replicas and tensors. */
final class Tensors {
  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  private Tensors() {}

  /** Over the memory of a vector, which stays the replica's. */
  static Tensor over(DeviceVector vector) {
    long[] shape = {vector.length()};
    if (vector instanceof DeviceVector.Host host) {
      return torch.from_blob(new FloatPointer(host.values()), shape);
    }
    DeviceVector.Accelerator there = (DeviceVector.Accelerator) vector;
    TensorOptions options =
        new TensorOptions(ScalarType.Float).device(new DeviceOptional(new Device(there.device())));
    return torch.from_blob(new Address(there.address()), shape, options);
  }

  /** A copy of the values. */
  static float[] copy(Tensor vector) {
    try (PointerScope scope = new PointerScope()) {
      float[] values = new float[Math.toIntExact(vector.numel())];
      Tensor host = vector.to(new Device("cpu"), ScalarType.Float);
      host.data_ptr_float().capacity(values.length).get(values);
      return values;
    }
  }

  /** Replaces the values. */
  static void put(float[] from, Tensor vector) {
    try (PointerScope scope = new PointerScope()) {
      Tensor host = torch.empty(from.length);
      host.data_ptr_float().capacity(from.length).put(from, 0, from.length);
      vector.copy_(host);
    }
  }

  /** Lets something of libtorch's outlive the scope that it was made in; the caller closes it. */
  static <P extends Pointer> P keep(P made) {
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      made.retainReference();
      scope.detach(made);
    }
    return made;
  }
}

package io.multigrid.train.replica;

import io.multigrid.engine.DeviceVector;
import io.multigrid.models.FlatVector;

/**
 * A vector of a network as engines see it, on an accelerator.
 *
 * @param device as CUDA counts them
 */
record ResidentVector(FlatVector vector, String device) implements DeviceVector.Accelerator {
  static DeviceVector of(FlatVector vector) {
    return vector.onHost()
        ? new DeviceVector.Host(vector.values())
        : new ResidentVector(vector, vector.device());
  }

  @Override
  public long address() {
    return vector.address();
  }

  @Override
  public int length() {
    return vector.length();
  }

  @Override
  public void get(float[] into) {
    vector.get(into);
  }

  @Override
  public void put(float[] from) {
    vector.put(from);
  }
}

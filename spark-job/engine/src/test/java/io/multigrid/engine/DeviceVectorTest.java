package io.multigrid.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class DeviceVectorTest {
  @Test
  void isCopiedWhole() {
    DeviceVector vector = DeviceVector.Host.of(3);
    vector.put(new float[] {1, 2, 3});
    float[] values = new float[3];
    vector.get(values);
    assertThat(values).containsExactly(1, 2, 3);
    for (int length : new int[] {2, 4}) {
      String message =
          length + " values for a vector of 3: must be as many; are they of another model?";
      assertThatThrownBy(() -> vector.put(new float[length])).hasMessage(message);
      assertThatThrownBy(() -> vector.get(new float[length])).hasMessage(message);
    }
    vector.get(values);
    assertThat(values).containsExactly(1, 2, 3);
  }

  @Test
  void liesWhereOtherLibrariesCanReadIt() {
    assertThatThrownBy(() -> new DeviceVector.Host(FloatBuffer.allocate(2)))
        .hasMessage("a buffer of 2 values: must be direct and of the machine's byte order");
  }
}

package com.intel.analytics.bigdl.dllib.optim.parameters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import io.multigrid.engine.bigdl.FloatTensors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class UncompressedTensorTest {
  /** More than one chunk, and not a whole number of them. */
  private static final int SIZE = 5000;

  private static final ClassTag<Object> TAG = FloatTensors.TAG;

  private static float[] drawn(int seed, int size) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] content(CompressedTensor<Object> compressed, int size) {
    Tensor<Object> values = FloatTensors.tensor(new float[size]);
    compressed.deCompress(values);
    return FloatTensors.copy(values);
  }

  @Test
  void bigdlMakesTheseAndThereAreNoOthers() throws Exception {
    Tensor<Object> tensor = FloatTensors.tensor(drawn(1, SIZE));
    CompressedTensor<Object> made = SerializerInstance$.MODULE$.serialize(tensor, "none", TAG);
    assertThat(made).isInstanceOf(UncompressedTensor.class);
    String name = UncompressedTensor.class.getName().replace('.', '/');
    ClassLoader loader = getClass().getClassLoader();
    assertThat(Collections.list(loader.getResources(name + ".class"))).hasSize(1);
    assertThat(Collections.list(loader.getResources(name + "$.class"))).isEmpty();
  }

  @Test
  void everyBitComesBack() {
    float[] values = drawn(2, SIZE);
    values[0] = -0f;
    values[1] = Float.NEGATIVE_INFINITY;
    values[2] = Float.MIN_VALUE;
    values[3] = Float.NaN;
    var compressed = new UncompressedTensor<>(FloatTensors.tensor(values), TAG);
    assertThat(content(compressed, SIZE)).containsExactly(values);
    ByteBuffer bytes = compressed.bytes();
    assertThat(bytes.remaining()).isEqualTo(4 * SIZE);
    assertThat(content(new UncompressedTensor<>(bytes, TAG), SIZE)).containsExactly(values);
    ByteBuffer shifted = ByteBuffer.allocate(4 * SIZE + 3).position(3).put(bytes).position(3);
    assertThat(content(new UncompressedTensor<>(shifted, TAG), SIZE)).containsExactly(values);
    assertThat(content(new UncompressedTensor<>(shifted.slice(), TAG), SIZE))
        .containsExactly(values);
  }

  @Test
  void rangesOfTensorsAreRead() {
    float[] values = drawn(3, SIZE);
    Tensor<Object> part = FloatTensors.tensor(values).narrow(1, 101, 300);
    var compressed = new UncompressedTensor<>(10, TAG).compress(4, part, 20, 6);
    float[] expected = new float[10];
    System.arraycopy(values, 120, expected, 4, 6);
    assertThat(content(compressed, 10)).containsExactly(expected);
    Tensor<Object> back = FloatTensors.tensor(new float[SIZE]);
    compressed.deCompress(4, back.narrow(1, 11, 10), 2, 6);
    assertThat(Arrays.copyOfRange(FloatTensors.copy(back), 12, 18))
        .containsExactly(Arrays.copyOfRange(values, 120, 126));
  }

  @Test
  void rangesAreAdded() {
    float[] left = drawn(4, SIZE);
    float[] right = drawn(5, SIZE);
    var sum = new UncompressedTensor<>(FloatTensors.tensor(left), TAG);
    var summand = new UncompressedTensor<>(FloatTensors.tensor(right), TAG);
    for (int[] range : new int[][] {{0, 1}, {1, 4098}, {4099, SIZE - 4099}}) {
      sum.add(summand.bytes(range[0], range[1]), range[0], range[1]);
    }
    float[] expected = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      expected[i] = left[i] + right[i];
    }
    assertThat(content(sum, SIZE)).containsExactly(expected);
    assertThat(content(summand, SIZE)).containsExactly(right);
    var whole = new UncompressedTensor<>(FloatTensors.tensor(left), TAG).parAdd(summand.bytes());
    assertThat(content(whole, SIZE)).containsExactly(expected);
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void whatIsNotThereIsRefused() {
    var ten = new UncompressedTensor<>(10, TAG);
    assertThatThrownBy(() -> ten.bytes(8, 3)).hasMessage("3 parameters from 8 on: there are 10");
    assertThatThrownBy(() -> ten.add(ten.bytes(0, 2), 0, 3))
        .hasMessage("3 parameters were to be added, 2 are there");
    Tensor<Object> square = FloatTensors.tensor(new float[9]).resize(3, 3);
    assertThatThrownBy(() -> ten.compress(square.t()))
        .hasMessage("9 parameters from 0 on of a tensor of 9: must be there, and in a row");
    assertThatThrownBy(() -> ten.deCompress(square))
        .hasMessage("10 parameters from 0 on of a tensor of 9: must be there, and in a row");
    assertThatThrownBy(() -> new UncompressedTensor<>(10, (ClassTag) ClassTag$.MODULE$.Double()))
        .hasMessage("parameters of Double: must be floats");
  }
}

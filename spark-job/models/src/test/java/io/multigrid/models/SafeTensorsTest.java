package io.multigrid.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files whole, cut, changed and hostile. */
@Timeout(60)
class SafeTensorsTest {
  @Test
  void everythingComesBack() throws IOException {
    SafeTensors read = read(whole());
    assertThat(read.metadata()).containsEntry("k", "v");
    assertThat(read.tensors().keySet()).containsExactly("b", "a", "none");
    assertThat(read.tensors().get("b").shape()).containsExactly(2, 3);
    assertThat(read.tensors().get("b").values()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(read.tensors().get("none").values()).isEmpty();
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] bytes = whole();
    for (int length = 0; length < bytes.length; length++) {
      refused(Arrays.copyOf(bytes, length), "Cannot read test as safetensors: ");
      // The same of a stream that ends before the file's length.
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(
              () -> SafeTensors.read(new ByteArrayInputStream(cut), "test", bytes.length))
          .isInstanceOf(IOException.class);
    }
    refused(Arrays.copyOf(bytes, bytes.length + 3), "its tensors end at byte 28 of 31");
  }

  @Test
  void bytesChangedAtRandomGiveAResultOrAClearError() throws IOException {
    byte[] bytes = whole();
    Random random = new Random(5);
    int errors = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] changed = bytes.clone();
      for (int k = 0; k <= random.nextInt(4); k++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      try {
        read(changed);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("Cannot read test as safetensors: ");
        errors++;
      }
    }
    assertThat(errors).isBetween(1000, 4999);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}"
            + " | which no file could hold",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}} | a has shape [-1]",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}} | would be bytes -4 to 0",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[800000000],\"data_offsets\":[0,3200000000]}}"
            + " | would be bytes 0 to 3200000000 of 8",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
            + " | b starts at byte 0, not at 4",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | a starts at byte 4, not at 0",
        "{\"a\":{\"dtype\":\"exec\",\"shape\":[1],\"data_offsets\":[0,4]}} | a has type exec",
        "{\"a\":7} | a has type ;",
        "[1,2] | its header is no JSON object",
        "{\"a\": | its header is not JSON"
      })
  void headersThatCannotBeTrueAreRefused(String header, String message) {
    refused(file(header, 8), message);
  }

  @Test
  void nestingAndAbsurdLengthsAreRefusedInTimeAndMemory() {
    refused(file("[".repeat(1_000_000), 0), "its header is not JSON");
    refused(file("{\"a\":".repeat(300_000), 0), "its header is not JSON");
    for (long length : new long[] {-1, 0, 1, 99, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE}) {
      ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      refused(bytes.array(), "its header would have " + length + " bytes of 40");
    }
  }

  private static byte[] whole() throws IOException {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    tensors.put("b", new SafeTensors.Values(new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6}));
    tensors.put("a", new SafeTensors.Values(new long[] {1}, new float[] {-7}));
    tensors.put("none", new SafeTensors.Values(new long[] {0, 3}, new float[0]));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new SafeTensors(Map.of("k", "v"), tensors).write(out);
    return out.toByteArray();
  }

  private static byte[] file(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private static void refused(byte[] bytes, String message) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  private static SafeTensors read(byte[] bytes) throws IOException {
    return SafeTensors.read(new ByteArrayInputStream(bytes), "test", bytes.length);
  }
}

package io.multigrid.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files in the safetensors format: a little-endian u64 with the length of a JSON header, the
 * header, and the tensors' bytes without gaps. Float32 is written; F32, F64, F16, BF16, I64 and I32
 * are read, as float32.
 *
 * @param metadata texts of the header's {@code __metadata__}
 * @param tensors by name, in the order of the file
 */
public record SafeTensors(Map<String, String> metadata, Map<String, Values> tensors) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LONGEST_HEADER = 100_000_000;

  /** A tensor. */
  public record Values(long[] shape, float[] values) {}

  public void write(OutputStream out) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ObjectNode texts = header.putObject("__metadata__");
    metadata.forEach(texts::put);
    long at = 0;
    for (Map.Entry<String, Values> entry : tensors.entrySet()) {
      ObjectNode tensor = header.putObject(entry.getKey());
      tensor.put("dtype", "F32");
      ArrayNode shape = tensor.putArray("shape");
      for (long side : entry.getValue().shape()) {
        shape.add(side);
      }
      long end = at + 4L * entry.getValue().values().length;
      tensor.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = JSON.writeValueAsBytes(header);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer head = little(8 + padded).putLong(padded).put(json);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    out.write(head.array());
    for (Values values : tensors.values()) {
      ByteBuffer bytes = little(4 * values.values().length);
      bytes.asFloatBuffer().put(values.values());
      out.write(bytes.array());
    }
  }

  /**
   * @param name of the file, for messages
   * @param length of the file in bytes: nothing beyond it is believed
   * @throws IOException if the file is not what the format says; nothing in it is executed
   */
  public static SafeTensors read(InputStream in, String name, long length) throws IOException {
    if (length < 8) {
      throw broken(name, "it has " + length + " bytes, the length of its header alone takes 8");
    }
    DataInputStream data = new DataInputStream(in);
    long headerBytes = Long.reverseBytes(data.readLong());
    if (headerBytes < 2 || headerBytes > Math.min(LONGEST_HEADER, length - 8)) {
      throw broken(name, "its header would have " + headerBytes + " bytes of " + length);
    }
    JsonNode header;
    try {
      header = JSON.readTree(data.readNBytes((int) headerBytes));
    } catch (JsonProcessingException e) {
      throw broken(name, "its header is not JSON: " + e.getOriginalMessage());
    }
    if (!header.isObject()) {
      throw broken(name, "its header is no JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Place> places = new ArrayList<>();
    for (Iterator<Map.Entry<String, JsonNode>> it = header.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> field = it.next();
      if (field.getKey().equals("__metadata__")) {
        field
            .getValue()
            .fields()
            .forEachRemaining(t -> metadata.put(t.getKey(), t.getValue().asText()));
      } else {
        places.add(place(name, field.getKey(), field.getValue(), length - 8 - headerBytes));
      }
    }
    long named = places.stream().mapToLong(Place::end).max().orElse(0);
    if (named != length - 8 - headerBytes) {
      throw broken(
          name,
          "its tensors end at byte %s of %s; is it cut off, or something else?"
              .formatted(named, length - 8 - headerBytes));
    }
    return new SafeTensors(metadata, values(data, name, places));
  }

  private record Place(String name, ElementType type, long[] shape, long start, long end) {}

  private static Place place(String file, String name, JsonNode tensor, long available)
      throws IOException {
    ElementType type;
    try {
      type = ElementType.ofSafeTensors(tensor.path("dtype").asText());
    } catch (IOException e) {
      throw broken(file, name + " " + e.getMessage());
    }
    long bytes = type.bytes();
    JsonNode sides = tensor.path("shape");
    long[] shape = new long[sides.size()];
    try {
      for (int i = 0; i < shape.length; i++) {
        shape[i] = sides.get(i).asLong(-1);
        if (shape[i] < 0) {
          throw broken(file, name + " has shape " + sides);
        }
        bytes = Math.multiplyExact(bytes, shape[i]);
      }
    } catch (ArithmeticException e) {
      throw broken(file, name + " has shape " + sides + ", which no file could hold");
    }
    long start = tensor.path("data_offsets").path(0).asLong(-1);
    long end = tensor.path("data_offsets").path(1).asLong(-1);
    if (start < 0 || end > available || end - start != bytes || bytes > Integer.MAX_VALUE - 16) {
      throw broken(
          file,
          "%s would be bytes %s to %s of %s, its shape needs %s"
              .formatted(name, start, end, available, bytes));
    }
    return new Place(name, type, shape, start, end);
  }

  private static Map<String, Values> values(DataInputStream in, String file, List<Place> places)
      throws IOException {
    List<Place> sorted = new ArrayList<>(places);
    sorted.sort(Comparator.comparingLong(Place::start));
    Map<String, Values> read = new LinkedHashMap<>();
    long at = 0;
    for (Place place : sorted) {
      if (place.start() != at) {
        throw broken(file, place.name() + " starts at byte " + place.start() + ", not at " + at);
      }
      byte[] bytes = new byte[(int) (place.end() - place.start())];
      try {
        in.readFully(bytes);
      } catch (EOFException e) {
        throw broken(file, "it ends within " + place.name());
      }
      read.put(place.name(), new Values(place.shape(), floats(place.type(), bytes)));
      at = place.end();
    }
    Map<String, Values> inOrder = new LinkedHashMap<>();
    places.forEach(p -> inOrder.put(p.name(), read.get(p.name())));
    return inOrder;
  }

  private static float[] floats(ElementType type, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.length / type.bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.get(buffer, i);
    }
    return values;
  }

  private static IOException broken(String name, String why) {
    return new IOException("Cannot read " + name + " as safetensors: " + why);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}

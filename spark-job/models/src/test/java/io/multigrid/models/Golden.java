package io.multigrid.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Values recorded from the authors' code: a folder of JSON and safetensors, gzipped or not. */
record Golden(Path folder) {
  static Golden own() {
    try {
      return new Golden(Path.of(Golden.class.getResource("/golden").toURI()));
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean has(String file) {
    return Files.exists(folder.resolve(file)) || Files.exists(folder.resolve(file + ".gz"));
  }

  JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(bytes(name + ".json"));
  }

  Map<String, SafeTensors.Values> tensors(String name) throws IOException {
    byte[] bytes = bytes(name + ".safetensors");
    return SafeTensors.read(new ByteArrayInputStream(bytes), name, bytes.length).tensors();
  }

  private byte[] bytes(String file) throws IOException {
    if (Files.exists(folder.resolve(file))) {
      return Files.readAllBytes(folder.resolve(file));
    }
    if (!has(file)) {
      throw new FileNotFoundException(folder.resolve(file) + " is not there, gzipped or not");
    }
    try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(file + ".gz")))) {
      return in.readAllBytes();
    }
  }

  static float[] floats(JsonNode node) {
    java.util.List<Float> all = new java.util.ArrayList<>();
    collect(node, all);
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = all.get(i);
    }
    return values;
  }

  private static void collect(JsonNode node, java.util.List<Float> into) {
    if (node.isArray()) {
      node.forEach(item -> collect(item, into));
    } else {
      into.add((float) node.asDouble());
    }
  }

  /** L2 distance relative to the expected norm. */
  static double distance(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new AssertionError(found.length + " values, expected " + expected.length);
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < found.length; i++) {
      difference += Math.pow((double) found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-12);
  }

  /** Greatest absolute difference. */
  static double gap(float[] found, float[] expected) {
    if (found.length != expected.length) {
      throw new AssertionError(found.length + " values, expected " + expected.length);
    }
    double gap = 0;
    for (int i = 0; i < found.length; i++) {
      gap = Math.max(gap, Math.abs((double) found[i] - expected[i]));
    }
    return gap;
  }
}

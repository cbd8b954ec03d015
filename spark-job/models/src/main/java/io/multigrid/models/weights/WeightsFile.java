package io.multigrid.models.weights;

import io.multigrid.models.SafeTensors;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The named tensors of a file: PySlowFast's .pyth and torch's .pth (zip, and older), Caffe2's .pkl,
 * safetensors. What the file is, its first bytes tell.
 */
public final class WeightsFile {
  /** Where a file's weights lie within its object, outermost first. */
  private static final List<String> PLACES = List.of("model_state", "state_dict", "model", "blobs");

  private final String name;
  private final Map<String, StoredTensor> tensors;

  private WeightsFile(String name, Map<String, StoredTensor> tensors) {
    this.name = name;
    this.tensors = tensors;
  }

  /**
   * @throws IOException saying what is wrong with the file; nothing in it is executed
   */
  public static WeightsFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new java.io.FileNotFoundException(file + ": there is no such file of weights");
    }
    try {
      byte[] start;
      try (InputStream in = Files.newInputStream(file)) {
        start = in.readNBytes(2);
      }
      if (start.length == 2 && start[0] == 'P' && start[1] == 'K') {
        return new WeightsFile(file.toString(), named(TorchFile.zip(file)));
      }
      if (start.length == 2 && (start[0] & 255) == 0x80 && start[1] > 0 && start[1] < 6) {
        return new WeightsFile(file.toString(), named(TorchFile.pickle(file)));
      }
      return new WeightsFile(file.toString(), safetensors(file));
    } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
      throw new IOException("Cannot read weights from " + file + ": its pickle is broken", e);
    } catch (IOException e) {
      throw new IOException("Cannot read weights from " + file + ": " + e.getMessage(), e);
    }
  }

  String name() {
    return name;
  }

  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  private static Map<String, StoredTensor> safetensors(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
      Map<String, StoredTensor> tensors = new LinkedHashMap<>();
      SafeTensors.read(in, file.getFileName().toString(), Files.size(file))
          .tensors()
          .forEach((k, v) -> tensors.put(k, new StoredTensor(v.shape(), v::values)));
      return tensors;
    } catch (java.io.EOFException e) {
      throw new IOException("it is too short for any format of weights", e);
    }
  }

  private static Map<String, StoredTensor> named(Object object) throws IOException {
    Object state = object;
    for (String place : PLACES) {
      if (state instanceof Map<?, ?> map && map.get(place) instanceof Map<?, ?> inner) {
        state = inner;
      }
    }
    if (!(state instanceof Map<?, ?> map)) {
      throw new IOException("it holds no dictionary of weights");
    }
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getKey() instanceof String key && entry.getValue() instanceof Pickle.Thing call) {
        StoredTensor tensor = TorchStorage.tensor(call);
        tensor = tensor == null ? NumpyArray.of(call) : tensor;
        if (tensor != null) {
          tensors.put(key, tensor);
        }
      }
    }
    if (tensors.isEmpty()) {
      throw new IOException("it holds no tensors; looked in " + PLACES + " too");
    }
    return tensors;
  }
}

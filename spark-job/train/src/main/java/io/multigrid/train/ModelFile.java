package io.multigrid.train;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Settings;
import io.multigrid.models.Network;
import io.multigrid.models.SafeTensors;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Recipe;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * {@code model.safetensors}: parameters and running statistics under PySlowFast's names, with the
 * classes and the effective settings as metadata, so that the file stands on its own.
 */
public final class ModelFile {
  static final String NAME = "model.safetensors";
  private static final String CLASSES = "multigrid.classes";
  private static final String SETTINGS = "multigrid.settings";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final SafeTensors tensors;

  private ModelFile(String name, SafeTensors tensors) {
    this.name = name;
    this.tensors = tensors;
  }

  static void write(
      FileSystem files,
      org.apache.hadoop.fs.Path file,
      Network network,
      Settings settings,
      List<String> classes)
      throws IOException {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    add(tensors, network.parameters(), network.weights());
    add(tensors, network.statisticsTensors(), network.statistics());
    Map<String, String> metadata =
        Map.of(CLASSES, JSON.writeValueAsString(classes), SETTINGS, settings.render());
    SafeTensors content = new SafeTensors(metadata, tensors);
    Files.write(files, file, content::write);
  }

  private static void add(
      Map<String, SafeTensors.Values> tensors, List<TensorInfo> infos, float[] flat) {
    int at = 0;
    for (TensorInfo info : infos) {
      float[] values = Arrays.copyOfRange(flat, at, at + info.count());
      tensors.put(info.name(), new SafeTensors.Values(info.shape(), values));
      at += info.count();
    }
  }

  /**
   * Reads a model.
   *
   * @param uri a folder that train wrote, or the file itself
   */
  public static ModelFile read(Configuration hadoop, String uri) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    try {
      FileStatus status = files.getFileStatus(path);
      if (status.isDirectory()) {
        path = new org.apache.hadoop.fs.Path(path, NAME);
        status = files.getFileStatus(path);
      }
      try (InputStream in = new BufferedInputStream(files.open(path), 1 << 20)) {
        return new ModelFile(
            path.toString(), SafeTensors.read(in, path.toString(), status.getLen()));
      }
    } catch (FileNotFoundException e) {
      throw new FileNotFoundException(
          path + ": there is no such model; train writes one under --out");
    }
  }

  public List<String> classes() throws IOException {
    return JSON.readValue(metadata(CLASSES), new TypeReference<List<String>>() {});
  }

  /** The settings that the model was trained with, changed by a file and single values. */
  public Settings settings(Path changes, List<String> sets) throws IOException {
    Path own = java.nio.file.Files.createTempFile("multigrid-settings", ".conf");
    try {
      String include =
          changes == null ? "" : "\ninclude file(\"" + changes.toAbsolutePath() + "\")\n";
      java.nio.file.Files.writeString(own, metadata(SETTINGS) + include);
      return Settings.load(Optional.of(own), sets);
    } finally {
      java.nio.file.Files.delete(own);
    }
  }

  /** Parameters and statistics, flat, for the network of a recipe. */
  Evaluator.State state(Recipe recipe) {
    try (Network network = Network.create(recipe.model(), "cpu", recipe.seed())) {
      return new Evaluator.State(flat(network.parameters()), flat(network.statisticsTensors()));
    }
  }

  private float[] flat(List<TensorInfo> infos) {
    List<String> problems = new ArrayList<>();
    float[] flat = new float[infos.stream().mapToInt(TensorInfo::count).sum()];
    int at = 0;
    for (TensorInfo info : infos) {
      SafeTensors.Values values = tensors.tensors().get(info.name());
      if (values == null) {
        problems.add(info.name() + " is missing");
      } else if (!Arrays.equals(values.shape(), info.shape())) {
        problems.add(
            info.name()
                + " has shape "
                + Arrays.toString(values.shape())
                + ", the network needs "
                + Arrays.toString(info.shape()));
      } else {
        System.arraycopy(values.values(), 0, flat, at, info.count());
      }
      at += info.count();
    }
    if (!problems.isEmpty()) {
      throw new DataException(name + ": " + String.join("; ", problems));
    }
    return flat;
  }

  /** What the file holds, in words. */
  public String describe() throws IOException {
    long numbers = tensors.tensors().values().stream().mapToLong(t -> t.values().length).sum();
    return "%s: %d tensors, %,d numbers, classes %s"
        .formatted(name, tensors.tensors().size(), numbers, classes());
  }

  private String metadata(String key) throws IOException {
    String value = tensors.metadata().get(key);
    if (value == null) {
      throw new IOException(name + ": has no " + key + "; it was not written by train");
    }
    return value;
  }
}

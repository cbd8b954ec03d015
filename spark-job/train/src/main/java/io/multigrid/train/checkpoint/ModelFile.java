package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Recorded;
import io.multigrid.models.SafeTensors;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.settings.ModelSettings;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/**
 * {@code model.safetensors}: parameters and running statistics under PySlowFast's names, with the
 * classes and {@link ModelSettings} as metadata, so that the file stands on its own.
 */
public final class ModelFile {
  public static final String NAME = "model.safetensors";
  private static final String CLASSES = "multigrid.classes";
  private static final String SETTINGS = "multigrid.settings";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final SafeTensors tensors;

  private ModelFile(String name, SafeTensors tensors) {
    this.name = name;
    this.tensors = tensors;
  }

  /**
   * What such a file holds.
   *
   * @param statistics running statistics, flat
   */
  public static SafeTensors content(
      Layout layout, float[] weights, float[] statistics, Recorded settings, List<String> classes)
      throws IOException {
    Map<String, SafeTensors.Values> tensors = new LinkedHashMap<>();
    Layout.put(tensors, "", layout.parameters(), weights);
    Layout.put(tensors, "", layout.statistics(), statistics);
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(CLASSES, JSON.writeValueAsString(classes));
    metadata.put(SETTINGS, ModelSettings.render(settings));
    return new SafeTensors(metadata, tensors);
  }

  /**
   * Reads a model.
   *
   * @param uri a folder that train wrote, or the file itself
   * @throws io.multigrid.train.DataException if it is not what the sums beside it say
   */
  public static ModelFile read(Configuration hadoop, String uri) throws IOException {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    try {
      FileStatus status = Storage.status(files, path);
      if (status.isDirectory()) {
        path = new org.apache.hadoop.fs.Path(path, NAME);
        status = Storage.status(files, path);
      }
      Sums.checkModel(files, path);
      try (InputStream in = new BufferedInputStream(Storage.open(files, path), 1 << 20)) {
        return new ModelFile(
            path.toString(), SafeTensors.read(in, path.toString(), status.getLen()));
      }
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      throw new FileNotFoundException(
          path + ": there is no such model; train writes one under --out");
    }
  }

  public List<String> classes() throws IOException {
    return JSON.readValue(metadata(CLASSES), new TypeReference<List<String>>() {});
  }

  /** Its path, for messages. */
  public String name() {
    return name;
  }

  /** The settings that describe the model, for {@link ModelSettings}. */
  public String settings() throws IOException {
    return metadata(SETTINGS);
  }

  /** Parameters and statistics, flat, for the network of a recipe. */
  public Evaluator.State state(Recipe recipe) {
    Layout layout = Layout.of(recipe);
    return new Evaluator.State(
        Layout.flat(name, tensors.tensors(), "", layout.parameters()),
        Layout.flat(name, tensors.tensors(), "", layout.statistics()));
  }

  public ModelSummary summary() throws IOException {
    long numbers = tensors.tensors().values().stream().mapToLong(t -> t.values().length).sum();
    return new ModelSummary(name, tensors.tensors().size(), numbers, classes());
  }

  private String metadata(String key) throws IOException {
    String value = tensors.metadata().get(key);
    if (value == null) {
      throw new IOException(name + ": has no " + key + "; it was not written by train");
    }
    return value;
  }
}

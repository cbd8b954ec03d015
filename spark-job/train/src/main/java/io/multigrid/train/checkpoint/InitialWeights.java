package io.multigrid.train.checkpoint;

import io.multigrid.models.Network;
import io.multigrid.models.weights.Weights;
import io.multigrid.models.weights.WeightsFile;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.DataException;
import io.multigrid.train.settings.InitialSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What training starts from when it does not go on: weights of another file, or drawn ones.
 *
 * @param from PySlowFast's, torch's or Caffe2's file, or safetensors, if any
 */
public record InitialWeights(InitialSettings from) {
  /**
   * @throws DataException listing everything that does not fit
   */
  public TrainingState state(Recipe recipe, Configuration hadoop, Consumer<String> say)
      throws IOException {
    try (Network network = Network.create(recipe.model(), "cpu", recipe.seed())) {
      if (from.weights().isPresent()) {
        load(network, hadoop, say);
      }
      return TrainingState.initial(network, recipe.workers());
    }
  }

  private void load(Network network, Configuration hadoop, Consumer<String> say)
      throws IOException {
    Path path = new Path(from.weights().get());
    FileSystem files = path.getFileSystem(hadoop);
    if (!Storage.exists(files, path)) {
      throw new DataException(path + ": there is no such file; mend initial.weights");
    }
    Sums.checkModel(files, path);
    java.nio.file.Path local = Files.createTempFile("multigrid-weights", ".bin");
    try {
      try (var in = Storage.open(files, path)) {
        Files.copy(in, local, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      Weights weights = Weights.of(WeightsFile.read(local), network);
      if (!weights.complete() && !from.partial()) {
        throw new DataException(
            "%s does not fit the network: %s; set initial.partial = true to take what fits"
                .formatted(path, String.join("; ", weights.notes())));
      }
      weights.notes().forEach(note -> say.accept(path.getName() + ": " + note));
      network.weights(weights.parameters());
      network.statistics(weights.statistics());
    } catch (StorageException e) {
      throw e;
    } catch (IOException e) {
      throw new DataException(e.getMessage().replace(local.toString(), path.toString()), e);
    } finally {
      Files.delete(local);
    }
  }
}

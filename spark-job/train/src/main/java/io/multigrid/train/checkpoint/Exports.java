package io.multigrid.train.checkpoint;

import io.multigrid.models.Network;
import io.multigrid.models.TorchScript;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.evaluate.Evaluator;
import io.multigrid.train.settings.ModelSettings;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Models in formats of other frameworks. */
public final class Exports {
  private static final String CPU = "cpu";

  private Exports() {}

  /**
   * Writes a model as TorchScript.
   *
   * @param model a folder that train wrote, or the model file itself
   * @param out file to write, replaced if it is there
   */
  public static void torchScript(Configuration hadoop, String model, String out)
      throws IOException {
    ModelFile file = ModelFile.read(hadoop, model);
    Recipe recipe =
        ModelSettings.recipe(
            file.name(), file.settings(), file.classes().size(), System.err::println);
    Evaluator.State state = file.state(recipe);
    java.nio.file.Path local = Files.createTempFile("multigrid", ".pt");
    try (Network network = Network.create(recipe.model(), CPU, recipe.seed())) {
      network.weights(state.weights());
      network.statistics(state.statistics());
      TorchScript.write(network, local);
      Path path = new Path(out);
      Storage.write(path.getFileSystem(hadoop), path, to -> Files.copy(local, to));
    } finally {
      Files.deleteIfExists(local);
    }
  }
}

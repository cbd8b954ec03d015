package io.multigrid.train.checkpoint;

import io.multigrid.models.Network;
import io.multigrid.models.TorchScript;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.storage.Storage;
import io.multigrid.train.evaluate.Evaluator;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
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
        Recipe.from(
            file.settings(null, List.of(), System.err::println)
                .with("model.classes", file.classes().size()));
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

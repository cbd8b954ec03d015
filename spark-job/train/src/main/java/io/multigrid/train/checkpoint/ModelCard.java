package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.models.Network;
import io.multigrid.networks.Architecture;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Recipe;
import java.io.IOException;
import java.util.List;

/**
 * {@code model.json}: what else than weights another framework needs to run a model. Its
 * architecture, classes in the order of the scores, clip and normalisation.
 */
public record ModelCard(Recipe recipe, List<String> classes) {
  public static final String NAME = "model.json";
  private static final ObjectMapper JSON = new ObjectMapper().addMixIn(Model.class, Flat.class);

  /** The stages' members stand among the network's. */
  private interface Flat {
    @JsonUnwrapped
    Model.Stages stages();
  }

  public String json() throws IOException {
    ObjectNode card = JSON.createObjectNode();
    card.put("weights", ModelFile.NAME);
    card.set("architecture", JSON.valueToTree(recipe.model()));
    long parameters =
        Architecture.of(recipe.model()).parameters().stream().mapToLong(TensorInfo::count).sum();
    card.put("parameters", parameters);
    card.set("classes", JSON.valueToTree(classes));
    ObjectNode clip = card.putObject("clip");
    clip.put("frames", recipe.clip().frames());
    clip.put("stride", recipe.clip().stride());
    clip.put("crop", recipe.clip().crop());
    clip.put("fps", recipe.clip().fps());
    clip.put("layout", "clips x 3 (red, green, blue) x frames x height x width");
    ObjectNode normalisation = card.putObject("normalisation");
    normalisation.put("scale", 255);
    normalisation.put("mean", Network.MEAN);
    normalisation.put("deviation", Network.DEVIATION);
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(card) + "\n";
  }
}

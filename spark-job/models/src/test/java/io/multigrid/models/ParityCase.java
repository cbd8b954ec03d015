package io.multigrid.models;

import com.fasterxml.jackson.databind.JsonNode;
import io.multigrid.config.Settings;
import io.multigrid.networks.Model;
import io.multigrid.schedules.ModelReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One network of a folder's small_models.json, with the settings that its recipe amounts to. */
record ParityCase(Golden golden, String name, JsonNode values) {
  static List<ParityCase> of(Golden golden) throws IOException {
    List<ParityCase> cases = new ArrayList<>();
    Iterator<Map.Entry<String, JsonNode>> it = golden.json("small_models").get("small").fields();
    while (it.hasNext()) {
      Map.Entry<String, JsonNode> entry = it.next();
      cases.add(new ParityCase(golden, entry.getKey(), entry.getValue()));
    }
    return cases;
  }

  Model model() {
    return ModelReader.model(Settings.load(Optional.empty(), sets()));
  }

  /** Sub-batches of batch normalisation; 1 if it is plain. */
  int splits() {
    JsonNode splits = values.get("overrides").get("BN.NUM_SPLITS");
    return splits == null ? 1 : splits.asInt();
  }

  int frames() {
    return values.get("overrides").get("NUM_FRAMES").asInt();
  }

  int crop() {
    return values.get("overrides").get("TRAIN_CROP_SIZE").asInt();
  }

  double weightDecay() {
    return values.get("weight_decay").asDouble();
  }

  /** One group decays gains and biases of normalisation like all others. */
  double normWeightDecay() {
    return values.get("optimizer_groups").size() == 1
        ? weightDecay()
        : values.get("bn_weight_decay").asDouble();
  }

  /** How far float32 was from float64 there. */
  double rounding(String... path) {
    JsonNode node = values.get("f32_vs_f64");
    for (String step : path) {
      node = node.path(step);
    }
    return node.asDouble(0);
  }

  Map<String, SafeTensors.Values> tensors(String what) throws IOException {
    return golden.tensors("small_" + name + "_" + what);
  }

  boolean has(String what) {
    return golden.has("small_" + name + "_" + what + ".safetensors");
  }

  private List<String> sets() {
    List<String> sets = new ArrayList<>();
    String config = values.get("config").asText();
    String recipe = config.substring(config.indexOf('/') + 1);
    String network = recipe.split("_")[0];
    sets.add("model.name=" + network.toLowerCase(java.util.Locale.ROOT));
    if (recipe.contains("NLN")) {
      sets.add("model.nonlocal.blocks=[[3,1],[3,3],[4,1],[4,3],[4,5]]");
    }
    if (recipe.contains("R101")) {
      sets.add("model.depth=101");
    }
    if (recipe.contains("NOPOOL")) {
      sets.add("model.temporal-pool=1");
    }
    if (recipe.startsWith("SLOWFAST_4x16")) {
      sets.add("model.alpha=8");
      sets.add("model.fusion-kernel=5");
    }
    if (config.startsWith("Charades")) {
      sets.add("model.loss=sigmoid");
    }
    values.get("overrides").fields().forEachRemaining(o -> sets.addAll(override(o)));
    return sets;
  }

  private static List<String> override(Map.Entry<String, JsonNode> override) {
    String key = override.getKey().substring(override.getKey().indexOf('.') + 1);
    String value = override.getValue().asText();
    return switch (key) {
      case "WIDTH_PER_GROUP" -> List.of("model.width=" + value);
      case "NUM_CLASSES" -> List.of("model.classes=" + value);
      case "DROPOUT_RATE" -> List.of("model.dropout=" + value);
      case "DEPTH" -> List.of("model.depth=" + value);
      case "TRANS_FUNC" -> List.of("model.block=" + value.replace("_transform", ""));
      case "ALPHA" -> List.of("model.alpha=" + value);
      case "BETA_INV" -> List.of("model.beta-inv=" + value);
      case "FUSION_KERNEL_SZ" -> List.of("model.fusion-kernel=" + value);
      case "FUSION_CONV_CHANNEL_RATIO" -> List.of("model.fusion-ratio=" + value);
      case "INSTANTIATION" -> List.of("model.nonlocal.pairing=" + value.replace('_', '-'));
      case "LOSS_FUNC" ->
          List.of("model.loss=" + (value.startsWith("bce") ? "sigmoid" : "softmax"));
      case "NUM_FRAMES", "TRAIN_CROP_SIZE", "SHORT_CYCLE", "NORM_TYPE", "NUM_SPLITS" -> List.of();
      default -> throw new AssertionError("override " + override + " is not known to this test");
    };
  }

  @Override
  public String toString() {
    return name;
  }
}

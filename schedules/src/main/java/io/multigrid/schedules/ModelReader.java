package io.multigrid.schedules;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.networks.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads {@code model} and collects everything that no network can be made of. */
public final class ModelReader {
  private static final List<String> NAMES = List.of("slowfast", "slow", "i3d", "c2d");

  /** Of bottleneck and of basic networks alike, as in PySlowFast. */
  private static final Map<Integer, List<Integer>> BLOCKS =
      Map.of(18, List.of(2, 2, 2, 2), 50, List.of(3, 4, 6, 3), 101, List.of(3, 4, 23, 3));

  private static final List<List<Integer>> LATE =
      List.of(List.of(1), List.of(1), List.of(1), List.of(3), List.of(3));
  private static final Map<String, List<List<Integer>>> KERNELS =
      Map.of(
          "slowfast",
          LATE,
          "slow",
          LATE,
          "i3d",
          List.of(List.of(5), List.of(3), List.of(3, 1), List.of(3, 1), List.of(1, 3)),
          "c2d",
          List.of(List.of(1), List.of(1), List.of(1), List.of(1), List.of(1)));

  private final Section section;

  ModelReader(Section section) {
    this.section = section;
  }

  /**
   * The model of settings.
   *
   * @throws ConfigurationException listing everything in them that no network can be made of
   */
  public static Model model(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    Model model = new ModelReader(settings.section("model", problems)).read();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return model;
  }

  Model read() {
    String name = section.text("name");
    if (!NAMES.contains(name)) {
      section.problem("name", "must be one of " + String.join(", ", NAMES), "choose one of them");
      name = "slow";
    }
    List<Integer> blocks = blocks();
    int classes = section.integer("classes");
    if (classes < 0) {
      section.problem("classes", "must not be negative", "0 stands for those of the data set");
    }
    int width = section.positive("width");
    Model.Fast fast =
        new Model.Fast(
            section.positive("alpha"),
            section.positive("beta-inv"),
            section.positive("fusion-ratio"),
            section.positive("fusion-kernel"));
    if (section.sound("name", "width", "beta-inv")
        && name.equals("slowfast")
        && width < fast.betaInv()) {
      section.problem(
          "beta-inv",
          "must be at most model.width = " + width + ", or the fast pathway is left with none",
          "raise the width");
    }
    return new Model(
        name,
        width,
        classes,
        new Model.Stages(
            blocks,
            section.choice("block", Model.BlockKind.BOTTLENECK),
            kernels(name),
            temporalPool(name)),
        fast,
        nonLocal(blocks),
        section.shareBelowOne("dropout", "0.5"),
        section.flag("zero-init-final-bn"),
        new Model.Loss(
            section.choice("loss", Model.Loss.Kind.SOFTMAX),
            section.shareBelowOne("label-smoothing", "0.1")),
        new Model.Compute(
            section.choice("precision", Model.Compute.Precision.FLOAT32),
            section.choice("layout", Model.Compute.Layout.CHANNELS_FIRST),
            section.choice("keep", Model.Compute.Keep.EVERYTHING)));
  }

  private List<Integer> blocks() {
    List<Integer> blocks = section.integers("blocks", List.of(1, 1, 1, 1));
    int depth = section.positive("depth");
    if (blocks.isEmpty()) {
      if (section.sound("blocks", "depth") && !BLOCKS.containsKey(depth)) {
        section.problem(
            "depth", "must be 18, 50 or 101", "or give model.blocks, one count a stage");
      }
      return BLOCKS.getOrDefault(depth, List.of(1, 1, 1, 1));
    }
    if (blocks.size() != 4 || blocks.stream().anyMatch(b -> b < 1)) {
      section.problem("blocks", "must be four counts of at least 1", "[3, 4, 6, 3] is depth 50");
      return List.of(1, 1, 1, 1);
    }
    return List.copyOf(blocks);
  }

  private List<List<Integer>> kernels(String name) {
    List<List<Integer>> kernels = section.integerLists("temporal-kernels", List.of());
    if (kernels.isEmpty()) {
      return KERNELS.get(name);
    }
    boolean odd =
        kernels.stream()
            .allMatch(k -> !k.isEmpty() && k.stream().allMatch(size -> size > 0 && size % 2 == 1));
    if (kernels.size() != 5 || !odd) {
      section.problem(
          "temporal-kernels",
          "must be five odd sizes, or lists of them: of the stem and of four stages",
          "SlowFast's slow pathway has [1, 1, 1, 3, 3], I3D [5, 3, [3, 1], [3, 1], [1, 3]]");
      return KERNELS.get(name);
    }
    return kernels;
  }

  private int temporalPool(String name) {
    int pool = section.integer("temporal-pool");
    if (pool < 0) {
      section.problem("temporal-pool", "must not be negative", "0 stands for that of the network");
    }
    boolean pools = name.equals("i3d") || name.equals("c2d");
    return pool > 0 ? pool : pools ? 2 : 1;
  }

  private Model.NonLocal nonLocal(List<Integer> blocks) {
    List<List<Integer>> places = section.integerLists("nonlocal.blocks", List.of());
    boolean counted = section.sound("blocks", "depth");
    for (List<Integer> place : places) {
      boolean known =
          place.size() == 2
              && place.get(0) >= 2
              && place.get(0) <= 5
              && place.get(1) >= 0
              && (!counted || place.get(1) < blocks.get(place.get(0) - 2));
      if (!known) {
        section.problem(
            "nonlocal.blocks",
            place + " must be [stage, block]: a stage of 2 to 5, a block of it from 0",
            "the published ones are [3, 1], [3, 3], [4, 1], [4, 3], [4, 5]");
        places = List.of();
        break;
      }
    }
    return new Model.NonLocal(
        places,
        section.choice("nonlocal.pairing", Model.Pairing.SOFTMAX),
        section.positive("nonlocal.pool"));
  }
}

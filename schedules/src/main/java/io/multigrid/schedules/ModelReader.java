package io.multigrid.schedules;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.networks.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  private final Settings settings;
  private final List<Problem> problems;

  /**
   * The model of settings.
   *
   * @throws ConfigurationException listing everything in them that no network can be made of
   */
  public static Model model(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    Model model = new ModelReader(settings, problems).read();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return model;
  }

  public ModelReader(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  public Model read() {
    String name = settings.text("model.name");
    if (!NAMES.contains(name)) {
      problem("model.name", "must be one of " + String.join(", ", NAMES), "choose one of them");
      name = "slow";
    }
    List<Integer> blocks = blocks();
    int classes = settings.integer("model.classes");
    if (classes < 0) {
      problem("model.classes", "must not be negative", "0 stands for those of the data set");
    }
    int width = positive("model.width");
    Model.Fast fast =
        new Model.Fast(
            positive("model.alpha"),
            positive("model.beta-inv"),
            positive("model.fusion-ratio"),
            positive("model.fusion-kernel"));
    if (name.equals("slowfast") && width < fast.betaInv()) {
      problem(
          "model.beta-inv",
          "must be at most model.width = " + width + ", or the fast pathway is left with none",
          "raise the width");
    }
    return new Model(
        name,
        width,
        classes,
        blocks,
        choice("model.block", Model.BlockKind.BOTTLENECK),
        kernels(name),
        temporalPool(name),
        fast,
        nonLocal(blocks),
        share("model.dropout", "0.5 is usual"),
        settings.flag("model.zero-init-final-bn"),
        new Model.Loss(
            choice("model.loss", Model.Loss.Kind.SOFTMAX),
            share("model.label-smoothing", "0.1 is usual")),
        new Model.Compute(
            choice("model.precision", Model.Compute.Precision.FLOAT32),
            choice("model.layout", Model.Compute.Layout.CHANNELS_FIRST),
            choice("model.keep", Model.Compute.Keep.EVERYTHING)));
  }

  private List<Integer> blocks() {
    List<Integer> blocks = settings.integers("model.blocks");
    int depth = positive("model.depth");
    if (blocks.isEmpty()) {
      if (!BLOCKS.containsKey(depth)) {
        problem("model.depth", "must be 18, 50 or 101", "or give model.blocks, one count a stage");
      }
      return BLOCKS.getOrDefault(depth, List.of(1, 1, 1, 1));
    }
    if (blocks.size() != 4 || blocks.stream().anyMatch(b -> b < 1)) {
      problem("model.blocks", "must be four counts of at least 1", "[3, 4, 6, 3] is depth 50");
      return List.of(1, 1, 1, 1);
    }
    return List.copyOf(blocks);
  }

  private List<List<Integer>> kernels(String name) {
    List<List<Integer>> kernels = integers("model.temporal-kernels");
    if (kernels.isEmpty()) {
      return KERNELS.get(name);
    }
    boolean odd =
        kernels.stream()
            .allMatch(k -> !k.isEmpty() && k.stream().allMatch(size -> size > 0 && size % 2 == 1));
    if (kernels.size() != 5 || !odd) {
      problem(
          "model.temporal-kernels",
          "must be five odd sizes, or lists of them: of the stem and of four stages",
          "SlowFast's slow pathway has [1, 1, 1, 3, 3], I3D [5, 3, [3, 1], [3, 1], [1, 3]]");
      return KERNELS.get(name);
    }
    return kernels;
  }

  private int temporalPool(String name) {
    int pool = settings.integer("model.temporal-pool");
    if (pool < 0) {
      problem("model.temporal-pool", "must not be negative", "0 stands for that of the network");
    }
    boolean pools = name.equals("i3d") || name.equals("c2d");
    return pool > 0 ? pool : pools ? 2 : 1;
  }

  private Model.NonLocal nonLocal(List<Integer> blocks) {
    List<List<Integer>> places = integers("model.nonlocal.blocks");
    for (List<Integer> place : places) {
      boolean known =
          place.size() == 2
              && place.get(0) >= 2
              && place.get(0) <= 5
              && place.get(1) >= 0
              && place.get(1) < blocks.get(place.get(0) - 2);
      if (!known) {
        problem(
            "model.nonlocal.blocks",
            place + " must be [stage, block]: a stage of 2 to 5, a block of it from 0",
            "the published ones are [3, 1], [3, 3], [4, 1], [4, 3], [4, 5]");
        places = List.of();
        break;
      }
    }
    return new Model.NonLocal(
        places,
        choice("model.nonlocal.pairing", Model.Pairing.SOFTMAX),
        positive("model.nonlocal.pool"));
  }

  private List<List<Integer>> integers(String path) {
    List<List<Integer>> lists = new ArrayList<>();
    for (List<Double> list : settings.pairs(path)) {
      lists.add(list.stream().map(Double::intValue).toList());
    }
    return List.copyOf(lists);
  }

  private int positive(String path) {
    int value = settings.integer(path);
    if (value < 1) {
      problem(path, "must be at least 1", "");
    }
    return Math.max(value, 1);
  }

  private double share(String path, String remedy) {
    double value = settings.number(path);
    if (!(value >= 0 && value < 1)) {
      problem(path, "must be at least 0 and below 1", remedy);
      return 0;
    }
    return value;
  }

  private <E extends Enum<E>> E choice(String path, E fallback) {
    List<String> names = new ArrayList<>();
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(settings.text(path))) {
        return constant;
      }
      names.add(name);
    }
    problem(path, "must be one of " + String.join(", ", names), "choose one of them");
    return fallback;
  }

  private void problem(String path, String limit, String remedy) {
    problems.add(settings.problem(path, limit, remedy));
  }
}

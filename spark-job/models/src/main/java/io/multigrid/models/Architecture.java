package io.multigrid.models;

import io.multigrid.schedules.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network as data: pathways of a stem and four stages of bottleneck blocks, lateral connections,
 * a head. Parameters in PySlowFast's order and under its names.
 *
 * <p>Source: Feichtenhofer et al., SlowFast Networks for Video Recognition, ICCV 2019, table 1.
 *
 * @param pathways slow, then fast
 * @param laterals after the stem and every stage but the last; empty with one pathway
 */
record Architecture(
    List<Pathway> pathways,
    List<Unit> laterals,
    int headWeight,
    int headChannels,
    List<TensorInfo> parameters,
    List<Norm> norms,
    List<String> normNames,
    List<Norm> finalNorms) {

  /** A convolution and its normalisation. */
  record Unit(Conv conv, Norm norm) {}

  /** A bottleneck block; the shortcut is a projection where shapes change. */
  record Block(Unit a, Unit b, Unit c, Optional<Unit> shortcut) {}

  record Pathway(Unit stem, List<List<Block>> stages) {}

  static Architecture of(Model model) {
    return new Builder(model).build();
  }

  /** Blocks of the four stages of a depth. */
  static List<Integer> blocks(Model model) {
    if (!model.blocks().isEmpty()) {
      return model.blocks();
    }
    return switch (model.depth()) {
      case 50 -> List.of(3, 4, 6, 3);
      case 101 -> List.of(3, 4, 23, 3);
      default -> throw new IllegalArgumentException("depth " + model.depth() + ": 50 or 101");
    };
  }

  private static final class Builder {
    private final Model model;
    private final List<TensorInfo> parameters = new ArrayList<>();
    private final List<Norm> norms = new ArrayList<>();
    private final List<String> normNames = new ArrayList<>();
    private final List<Norm> finalNorms = new ArrayList<>();
    private final List<Unit> laterals = new ArrayList<>();

    Builder(Model model) {
      this.model = model;
    }

    Architecture build() {
      int width = model.width();
      int fastWidth = width / model.betaInv();
      int lanes = model.fast() ? 2 : 1;
      if (model.fast() && fastWidth < 1) {
        throw new IllegalArgumentException(
            "width "
                + width
                + " / beta-inv "
                + model.betaInv()
                + ": the fast pathway is left with none");
      }
      Unit[] stems = new Unit[lanes];
      int[] channels = {width, fastWidth};
      for (int p = 0; p < lanes; p++) {
        int kernel = p == 0 ? model.temporalKernels().get(0) : 5;
        String prefix = "s1.pathway" + p + "_stem.";
        stems[p] =
            unit(
                prefix + "conv",
                prefix + "bn",
                new int[] {3, channels[p]},
                new long[] {kernel, 7, 7},
                new long[] {1, 2, 2});
      }
      channels[0] += lateral("s1_fuse", channels[1]);
      List<List<List<Block>>> stages = List.of(new ArrayList<>(), new ArrayList<>());
      for (int s = 0; s < 4; s++) {
        for (int p = 0; p < lanes; p++) {
          int inner = (p == 0 ? width : fastWidth) << s;
          int kernel = p == 0 ? model.temporalKernels().get(s + 1) : 3;
          stages.get(p).add(stage("s" + (s + 2) + ".pathway" + p, channels[p], inner, kernel, s));
          channels[p] = 4 * inner;
        }
        if (s < 3) {
          channels[0] += lateral("s" + (s + 2) + "_fuse", channels[1]);
        }
      }
      List<Pathway> pathways = new ArrayList<>();
      for (int p = 0; p < lanes; p++) {
        pathways.add(new Pathway(stems[p], stages.get(p)));
      }
      int headChannels = channels[0] + (model.fast() ? channels[1] : 0);
      int head = parameters.size();
      parameters.add(info("head.projection.weight", model.classes(), headChannels));
      parameters.add(info("head.projection.bias", model.classes()));
      return new Architecture(
          pathways, laterals, head, headChannels, parameters, norms, normNames, finalNorms);
    }

    private List<Block> stage(String prefix, int in, int inner, int kernel, int index) {
      List<Block> blocks = new ArrayList<>();
      int channels = in;
      for (int b = 0; b < Architecture.blocks(model).get(index); b++) {
        long stride = b == 0 && index > 0 ? 2 : 1;
        blocks.add(block(prefix + "_res" + b + ".", channels, inner, kernel, stride));
        channels = 4 * inner;
      }
      return blocks;
    }

    private Block block(String prefix, int in, int inner, int kernel, long stride) {
      int out = 4 * inner;
      long[] one = {1, 1, 1};
      long[] down = {1, stride, stride};
      Optional<Unit> shortcut =
          in == out && stride == 1
              ? Optional.empty()
              : Optional.of(
                  unit(prefix + "branch1", prefix + "branch1_bn", new int[] {in, out}, one, down));
      String main = prefix + "branch2.";
      Unit a =
          unit(main + "a", main + "a_bn", new int[] {in, inner}, new long[] {kernel, 1, 1}, one);
      Unit b =
          unit(main + "b", main + "b_bn", new int[] {inner, inner}, new long[] {1, 3, 3}, down);
      Unit c = unit(main + "c", main + "c_bn", new int[] {inner, out}, one, one);
      finalNorms.add(c.norm());
      return new Block(a, b, c, shortcut);
    }

    /** From fast to slow: a convolution over time with stride alpha. Returns its channels. */
    private int lateral(String name, int fastChannels) {
      if (!model.fast()) {
        return 0;
      }
      int out = fastChannels * model.fusionRatio();
      laterals.add(
          unit(
              name + ".conv_f2s",
              name + ".bn",
              new int[] {fastChannels, out},
              new long[] {model.fusionKernel(), 1, 1},
              new long[] {model.alpha(), 1, 1}));
      return out;
    }

    private Unit unit(String conv, String norm, int[] inOut, long[] kernel, long[] stride) {
      Conv c = new Conv(parameters.size(), kernel, stride);
      parameters.add(info(conv + ".weight", inOut[1], inOut[0], kernel[0], kernel[1], kernel[2]));
      Norm n = new Norm(norms.size(), parameters.size(), inOut[1]);
      norms.add(n);
      normNames.add(norm);
      long[] shape = {inOut[1]};
      parameters.add(new TensorInfo(norm + ".weight", shape, TensorInfo.Kind.NORM));
      parameters.add(new TensorInfo(norm + ".bias", shape, TensorInfo.Kind.NORM));
      return new Unit(c, n);
    }

    private static TensorInfo info(String name, long... shape) {
      return new TensorInfo(name, shape, TensorInfo.Kind.OTHER);
    }
  }
}

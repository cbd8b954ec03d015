package io.multigrid.networks;

import io.multigrid.networks.Architecture.Layer;
import io.multigrid.networks.Architecture.Pathway;
import io.multigrid.networks.Architecture.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Lays out a model's parameters and layers. */
final class ArchitectureBuilder {
  private static final long[] ONE = {1, 1, 1};
  private static final int STAGES = 4;
  private static final int FAST_STEM_FRAMES = 5;
  private static final int FAST_FRAMES = 3;

  private final Model model;
  private final List<TensorInfo> parameters = new ArrayList<>();
  private final List<Norm> norms = new ArrayList<>();
  private final Set<Integer> finalGains = new HashSet<>();
  private final List<Unit> laterals = new ArrayList<>();
  private final List<Integer> firstParameters = new ArrayList<>();

  ArchitectureBuilder(Model model) {
    this.model = model;
  }

  Architecture build() {
    int lanes = model.hasFast() ? 2 : 1;
    int[] widths = {model.width(), model.width() / model.fast().betaInv()};
    int[] channels = widths.clone();
    List<Unit> stems = new ArrayList<>();
    List<List<List<Layer>>> stages = new ArrayList<>();
    firstParameters.add(parameters.size());
    for (int p = 0; p < lanes; p++) {
      int frames = p == 0 ? model.stages().temporalKernels().get(0).get(0) : FAST_STEM_FRAMES;
      String prefix = "s1.pathway" + p + "_stem.";
      Conv conv =
          conv(
              prefix + "conv",
              new int[] {3, widths[p]},
              new long[] {frames, 7, 7},
              new long[] {1, 2, 2});
      stems.add(new Unit(conv, norm(prefix + "bn", widths[p])));
      stages.add(new ArrayList<>());
    }
    channels[0] += lateral("s1_fuse", channels[1]);
    for (int s = 0; s < STAGES; s++) {
      firstParameters.add(parameters.size());
      for (int p = 0; p < lanes; p++) {
        stages.get(p).add(stage(p, s, channels[p], widths[p]));
        channels[p] = model.outputs(widths[p], s);
      }
      if (s < STAGES - 1) {
        channels[0] += lateral("s" + (s + 2) + "_fuse", channels[1]);
      }
    }
    List<Pathway> pathways = new ArrayList<>();
    for (int p = 0; p < lanes; p++) {
      pathways.add(new Pathway(stems.get(p), stages.get(p)));
    }
    int headChannels = channels[0] + (model.hasFast() ? channels[1] : 0);
    int head = parameters.size();
    parameter("head.projection.weight", TensorInfo.Kind.OTHER, model.classes(), headChannels);
    parameter("head.projection.bias", TensorInfo.Kind.OTHER, model.classes());
    return new Architecture(
        model,
        pathways,
        laterals,
        firstParameters,
        head,
        headChannels,
        parameters,
        norms,
        finalGains);
  }

  private List<Layer> stage(int pathway, int index, int in, int width) {
    List<Integer> kernels =
        pathway == 0 ? model.stages().temporalKernels().get(index + 1) : List.of(FAST_FRAMES);
    String prefix = "s" + (index + 2) + ".pathway" + pathway;
    List<Layer> layers = new ArrayList<>();
    int channels = in;
    int out = model.outputs(width, index);
    for (int b = 0; b < model.stages().blocks().get(index); b++) {
      int stride = b == 0 && index > 0 ? 2 : 1;
      int frames = kernels.get(b % kernels.size());
      layers.add(residual(prefix + "_res" + b + ".", new int[] {channels, out}, frames, stride));
      channels = out;
      if (pathway == 0 && model.nonLocal().places().contains(List.of(index + 2, b))) {
        layers.add(nonLocal(prefix + "_nonlocal" + b + ".", out));
      }
    }
    return layers;
  }

  private Layer residual(String prefix, int[] inOut, int frames, int stride) {
    long[] down = {1, stride, stride};
    Optional<Unit> shortcut = Optional.empty();
    if (inOut[0] != inOut[1] || stride > 1) {
      shortcut =
          Optional.of(
              new Unit(
                  conv(prefix + "branch1", inOut, ONE, down),
                  norm(prefix + "branch1_bn", inOut[1])));
    }
    String main = prefix + "branch2.";
    List<Unit> units = new ArrayList<>();
    if (model.stages().blockKind() == Model.BlockKind.BASIC) {
      units.add(unit(main + "a", inOut, new long[] {frames, 3, 3}, down));
      units.add(unit(main + "b", new int[] {inOut[1], inOut[1]}, new long[] {1, 3, 3}, ONE));
    } else {
      int inner = inOut[1] / 4;
      units.add(unit(main + "a", new int[] {inOut[0], inner}, new long[] {frames, 1, 1}, ONE));
      units.add(unit(main + "b", new int[] {inner, inner}, new long[] {1, 3, 3}, down));
      units.add(unit(main + "c", new int[] {inner, inOut[1]}, ONE, ONE));
    }
    finalGains.add(units.get(units.size() - 1).norm().gain());
    return new Architecture.Residual(units, shortcut);
  }

  private Layer nonLocal(String prefix, int channels) {
    int inner = channels / 2;
    int[] down = {channels, inner};
    Conv theta = biased(prefix + "conv_theta", down);
    Conv phi = biased(prefix + "conv_phi", down);
    Conv g = biased(prefix + "conv_g", down);
    Conv out = biased(prefix + "conv_out", new int[] {inner, channels});
    Norm norm = norm(prefix + "bn", channels);
    finalGains.add(norm.gain());
    Model.NonLocal settings = model.nonLocal();
    return new Architecture.NonLocal(theta, phi, g, out, norm, settings.pairing(), settings.pool());
  }

  /** From fast to slow: a convolution over time with stride alpha. Returns its channels. */
  private int lateral(String name, int fastChannels) {
    if (!model.hasFast()) {
      return 0;
    }
    Model.Fast fast = model.fast();
    int out = fastChannels * fast.ratio();
    Conv conv =
        conv(
            name + ".conv_f2s",
            new int[] {fastChannels, out},
            new long[] {fast.kernel(), 1, 1},
            new long[] {fast.alpha(), 1, 1});
    laterals.add(new Unit(conv, norm(name + ".bn", out)));
    return out;
  }

  private Unit unit(String name, int[] inOut, long[] kernel, long[] stride) {
    return new Unit(conv(name, inOut, kernel, stride), norm(name + "_bn", inOut[1]));
  }

  private Conv conv(String name, int[] inOut, long[] kernel, long[] stride) {
    Conv conv =
        new Conv(parameters.size(), OptionalInt.empty(), inOut[0], inOut[1], kernel, stride);
    parameter(
        name + ".weight",
        TensorInfo.Kind.OTHER,
        inOut[1],
        inOut[0],
        kernel[0],
        kernel[1],
        kernel[2]);
    return conv;
  }

  private Conv biased(String name, int[] inOut) {
    Conv conv = conv(name, inOut, ONE, ONE);
    OptionalInt bias = OptionalInt.of(parameters.size());
    parameter(name + ".bias", TensorInfo.Kind.OTHER, inOut[1]);
    return new Conv(conv.weight(), bias, conv.in(), conv.out(), ONE, ONE);
  }

  private Norm norm(String name, int channels) {
    Norm norm = new Norm(name, norms.size(), parameters.size(), channels);
    norms.add(norm);
    parameter(name + ".weight", TensorInfo.Kind.NORM, channels);
    parameter(name + ".bias", TensorInfo.Kind.NORM, channels);
    return norm;
  }

  private void parameter(String name, TensorInfo.Kind kind, long... shape) {
    parameters.add(new TensorInfo(name, shape, kind));
  }
}

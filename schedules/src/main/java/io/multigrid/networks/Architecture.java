package io.multigrid.networks;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network as data: pathways of a stem and four stages of layers, lateral connections, a head.
 * Parameters in PySlowFast's order and under its names.
 *
 * <p>Sources: Feichtenhofer et al., SlowFast Networks for Video Recognition, ICCV 2019; Carreira
 * and Zisserman, Quo Vadis, CVPR 2017; Wang et al., Non-local Neural Networks, CVPR 2018.
 *
 * @param pathways slow, then fast
 * @param laterals after the stem and every stage but the last; empty with one pathway
 * @param headWeight index of the projection's weight, classes x channels; its bias follows
 * @param finalGains parameters that may start at 0, so that a block starts as its shortcut
 */
public record Architecture(
    Model model,
    List<Pathway> pathways,
    List<Unit> laterals,
    int headWeight,
    int headChannels,
    List<TensorInfo> parameters,
    List<Norm> norms,
    Set<Integer> finalGains) {
  /** The stem and four stages: what a walk goes through one after the other. */
  public static final int SEGMENTS = 5;

  /** A convolution and its normalisation. */
  public record Unit(Conv conv, Norm norm) {}

  public record Pathway(Unit stem, List<List<Layer>> stages) {}

  /** What a stage is made of. */
  public sealed interface Layer permits Residual, NonLocal {
    <X> X through(Calculus<X> calculus, X x);
  }

  /**
   * A residual block.
   *
   * @param shortcut a projection where shapes change
   */
  public record Residual(List<Unit> units, Optional<Unit> shortcut) implements Layer {
    @Override
    public <X> X through(Calculus<X> calculus, X x) {
      X shortcutX = shortcut.isPresent() ? unit(calculus, shortcut.get(), x) : x;
      X y = x;
      for (int i = 0; i < units.size(); i++) {
        y = unit(calculus, units.get(i), y);
        y = i + 1 < units.size() ? calculus.relu(y) : y;
      }
      return calculus.relu(calculus.sum(y, shortcutX));
    }
  }

  /** A non-local block: every position attends to all. */
  public record NonLocal(
      Conv theta, Conv phi, Conv g, Conv out, Norm norm, Model.Pairing pairing, int pool)
      implements Layer {
    @Override
    public <X> X through(Calculus<X> calculus, X x) {
      X query = calculus.convolution(x, theta);
      X pooled = pool > 1 ? calculus.maxPool(x, Calculus.Pool.of(1, pool)) : x;
      X key = calculus.convolution(pooled, phi);
      X value = calculus.convolution(pooled, g);
      X y = calculus.convolution(calculus.attention(query, key, value, pairing), out);
      return calculus.sum(x, calculus.normalised(y, norm));
    }
  }

  public static Architecture of(Model model) {
    return new ArchitectureBuilder(model).build();
  }

  /**
   * Through one segment, with what goes from the fast to the slow pathway after it.
   *
   * @param x features of the pathways, slow first
   */
  public <X> List<X> segment(int index, Calculus<X> calculus, List<X> x) {
    List<X> y = new java.util.ArrayList<>();
    for (int p = 0; p < x.size(); p++) {
      Pathway pathway = pathways.get(p);
      X features = x.get(p);
      if (index == 0) {
        features = calculus.relu(unit(calculus, pathway.stem(), features));
        features = calculus.maxPool(features, Calculus.Pool.STEM);
      } else {
        for (Layer layer : pathway.stages().get(index - 1)) {
          features = layer.through(calculus, features);
        }
      }
      y.add(features);
    }
    if (index < laterals.size()) {
      X toSlow = calculus.relu(unit(calculus, laterals.get(index), y.get(1)));
      y.set(0, calculus.joined(y.get(0), toSlow));
    }
    if (index == 1 && model.temporalPool() > 1) {
      y.replaceAll(f -> calculus.maxPool(f, Calculus.Pool.of(model.temporalPool(), 1)));
    }
    return y;
  }

  private static <X> X unit(Calculus<X> calculus, Unit unit, X x) {
    return calculus.normalised(calculus.convolution(x, unit.conv()), unit.norm());
  }
}

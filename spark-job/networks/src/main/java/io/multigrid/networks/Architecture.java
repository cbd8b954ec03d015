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
 * @param firstParameters of each segment; those of a segment lie together, in the order of
 *     segments, before those of the head
 * @param headWeight index of the projection's weight, classes x channels; its bias follows
 * @param finalGains parameters that may start at 0, so that a block starts as its shortcut
 */
public record Architecture(
    Model model,
    List<Pathway> pathways,
    List<Unit> laterals,
    List<Integer> firstParameters,
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
      return calculus.sum(calculus.normalised(y, norm), x);
    }
  }

  public static Architecture of(Model model) {
    return new ArchitectureBuilder(model).build();
  }

  /**
   * Where the parameters of a segment begin in the flat vector; those of the head for {@link
   * #SEGMENTS}, and the vector's end for what comes after.
   */
  public int begin(int segment) {
    int first =
        segment < SEGMENTS
            ? firstParameters.get(segment)
            : segment == SEGMENTS ? headWeight : parameters.size();
    return parameters.subList(0, first).stream().mapToInt(TensorInfo::count).sum();
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
        y.add(calculus.part(() -> stem(calculus, pathway, features)));
      } else {
        y.add(calculus.part(() -> stage(calculus, pathway.stages().get(index - 1), features)));
      }
    }
    if (index < laterals.size()) {
      Unit lateral = laterals.get(index);
      y.set(
          0,
          calculus.part(
              () -> calculus.joined(y.get(0), calculus.relu(unit(calculus, lateral, y.get(1))))));
    }
    if (index == 1 && model.stages().temporalPool() > 1) {
      y.replaceAll(f -> calculus.maxPool(f, Calculus.Pool.of(model.stages().temporalPool(), 1)));
    }
    return y;
  }

  private static <X> X stem(Calculus<X> calculus, Pathway pathway, X x) {
    return calculus.maxPool(calculus.relu(unit(calculus, pathway.stem(), x)), Calculus.Pool.STEM);
  }

  private static <X> X stage(Calculus<X> calculus, List<Layer> layers, X x) {
    X y = x;
    for (Layer layer : layers) {
      X in = y;
      y = calculus.part(() -> layer.through(calculus, in));
    }
    return y;
  }

  private static <X> X unit(Calculus<X> calculus, Unit unit, X x) {
    return calculus.normalised(calculus.convolution(x, unit.conv()), unit.norm());
  }
}

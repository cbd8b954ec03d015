package io.multigrid.networks;

import io.multigrid.networks.Cost.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Peak memory of a training step: the walk of a network over sizes, and back, with the lifetimes
 * that libtorch gives to features and their gradients. Parameters, their gradients and statistics
 * are there before a step and are not counted.
 *
 * @param clips computed at once
 */
public record Footprint(Model model, int clips) {
  /**
   * Bytes at the peak of a step.
   *
   * @param frames T of a clip
   * @param crop S of a clip, pixels
   */
  public long step(int frames, int crop) {
    Architecture net = Architecture.of(model);
    List<Shape> inputs = inputs(frames, crop);
    long held = held(net, inputs);
    return model.compute().keep() == Model.Compute.Keep.STAGES
        ? again(net, inputs, held)
        : atOnce(net, inputs, held);
  }

  /**
   * Bytes at the peak of a forward pass without gradients, as in evaluation.
   *
   * @param frames T of a clip
   * @param crop S of a clip, pixels
   */
  public long forward(int frames, int crop) {
    Architecture net = Architecture.of(model);
    List<Shape> x = inputs(frames, crop);
    long held = held(net, x);
    long peak = held;
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      Tape tape = Tape.forward(sizes(), s == 0 ? held : held + sizes().of(x));
      x = net.segment(s, tape, tape.given(x, false)).stream().map(Tape.Feature::shape).toList();
      peak = Math.max(peak, tape.peak());
      held += tape.kernels();
    }
    return peak;
  }

  private Sizes sizes() {
    return new Sizes(model.compute(), clips);
  }

  private List<Shape> inputs(int frames, int crop) {
    List<Shape> inputs = new ArrayList<>();
    if (model.hasFast()) {
      inputs.add(new Shape(3, frames / model.fast().alpha(), crop, crop));
    }
    inputs.add(new Shape(3, frames, crop, crop));
    return inputs;
  }

  /** Clips, and what is made of parameters before anything is computed. */
  private long held(Architecture net, List<Shape> inputs) {
    long floats = inputs.stream().mapToLong(x -> sizes().of(x, Sizes.FLOAT)).sum();
    boolean copied = model.compute().layout() == Model.Compute.Layout.CHANNELS_LAST;
    long held = (copied ? 2 : 1) * floats;
    if (sizes().element() == Sizes.BFLOAT16) {
      held += net.parameters().stream().mapToLong(p -> Sizes.BFLOAT16 * (long) p.count()).sum();
    }
    return held;
  }

  private long atOnce(Architecture net, List<Shape> inputs, long held) {
    Tape tape = Tape.learning(sizes(), held);
    List<Tape.Feature> x = tape.given(inputs, false);
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      x = net.segment(s, tape, x);
    }
    return tape.back(x);
  }

  /** Segments forward without gradients, and again one by one for theirs. */
  private long again(Architecture net, List<Shape> inputs, long held) {
    List<List<Shape>> kept = new ArrayList<>(List.of(inputs));
    long live = held;
    long peak = 0;
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      Tape tape = Tape.forward(sizes(), live);
      List<Tape.Feature> y = net.segment(s, tape, tape.given(kept.get(s), false));
      peak = Math.max(peak, tape.peak());
      kept.add(y.stream().map(Tape.Feature::shape).toList());
      live += sizes().of(kept.get(s + 1)) + tape.kernels();
    }
    for (int s = Architecture.SEGMENTS - 1; s >= 0; s--) {
      // The gradient of a segment's output takes the place of the output.
      Tape tape = Tape.learning(sizes(), live);
      List<Tape.Feature> y = net.segment(s, tape, tape.given(kept.get(s), s > 0));
      peak = Math.max(peak, tape.back(y));
      live -= sizes().of(kept.get(s + 1));
    }
    return peak;
  }
}

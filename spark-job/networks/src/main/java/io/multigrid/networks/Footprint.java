package io.multigrid.networks;

import io.multigrid.networks.Calculus.Pool;
import io.multigrid.networks.Cost.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Peak memory of a training step: the walk of a network over sizes, and back, with the lifetimes
 * that libtorch gives to features and their gradients. Parameters, their gradients and statistics
 * are there before a step and are not counted.
 *
 * @param clips computed at once
 */
public record Footprint(Model model, int clips) {
  private static final int FLOAT = 4;
  private static final int BFLOAT16 = 2;
  private static final int INDEX = 8;

  /** What oneDNN keeps of a convolution at one shape: three kernels that it compiles. */
  private static final long KERNELS = 100 << 10;

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
      Tape tape = new Tape(s == 0 ? held : held + bytes(x));
      tape.learning = false;
      x = net.segment(s, tape, tape.given(x, false)).stream().map(Feature::shape).toList();
      peak = Math.max(peak, tape.peak);
      held += tape.kernels;
    }
    return peak;
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
    long floats = inputs.stream().mapToLong(x -> FLOAT * clips * x.count()).sum();
    boolean copied = model.compute().layout() == Model.Compute.Layout.CHANNELS_LAST;
    long held = (copied ? 2 : 1) * floats;
    if (element() == BFLOAT16) {
      held += net.parameters().stream().mapToLong(p -> BFLOAT16 * (long) p.count()).sum();
    }
    return held;
  }

  private long atOnce(Architecture net, List<Shape> inputs, long held) {
    Tape tape = new Tape(held);
    List<Feature> x = tape.given(inputs, false);
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
      Tape tape = new Tape(live);
      tape.learning = false;
      List<Feature> y = net.segment(s, tape, tape.given(kept.get(s), false));
      peak = Math.max(peak, tape.peak);
      kept.add(y.stream().map(Feature::shape).toList());
      live += bytes(kept.get(s + 1)) + tape.kernels;
    }
    for (int s = Architecture.SEGMENTS - 1; s >= 0; s--) {
      // The gradient of a segment's output takes the place of the output.
      Tape tape = new Tape(live);
      List<Feature> y = net.segment(s, tape, tape.given(kept.get(s), s > 0));
      peak = Math.max(peak, tape.back(y));
      live -= bytes(kept.get(s + 1));
    }
    return peak;
  }

  private long bytes(List<Shape> shapes) {
    return shapes.stream().mapToLong(this::bytes).sum();
  }

  private long bytes(Shape shape) {
    return element() * clips * shape.count();
  }

  /** Bytes of a number that most convolutions take and give. */
  private int element() {
    return model.compute().precision() == Model.Compute.Precision.BFLOAT16 ? BFLOAT16 : FLOAT;
  }

  /** Bytes of a number that a convolution takes and gives. */
  private int element(Conv conv, Shape x) {
    return Bfloat16.harms(conv, x.frames(), x.width()) ? FLOAT : element();
  }

  /** Memory that is freed when nobody holds it any more. */
  private static final class Block {
    final long bytes;
    int holders;

    Block(long bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * A value of the walk.
   *
   * @param id of the value that a gradient belongs to
   * @param element bytes of one of its numbers
   */
  record Feature(int id, Shape shape, Block block, int element, boolean learns) {}

  /**
   * What the backward pass does for one operation.
   *
   * @param passes whether the gradient of the output is that of the inputs
   * @param workspace bytes beside its gradients
   */
  private record Step(
      List<Feature> inputs, Feature output, List<Block> saved, boolean passes, long workspace) {}

  private final class Tape implements Calculus<Feature> {
    private final List<Step> steps = new ArrayList<>();
    private List<Block> scope = new ArrayList<>();
    private int values;
    private long live;
    private long peak;
    private long kernels;
    private boolean learning = true;

    /**
     * @param live bytes that are held all the time
     */
    Tape(long live) {
      this.live = live;
    }

    private Block take(long bytes) {
      Block block = new Block(bytes);
      live += bytes;
      peak = Math.max(peak, live);
      return hold(block);
    }

    private Block hold(Block block) {
      block.holders++;
      return block;
    }

    private void release(Block block) {
      block.holders--;
      if (block.holders == 0) {
        live -= block.bytes;
      }
    }

    private long bytes(Feature x) {
      return x.element() * clips * x.shape().count();
    }

    private void work(long bytes) {
      peak = Math.max(peak, live + bytes);
    }

    /** Features that are held all the time. */
    List<Feature> given(List<Shape> shapes, boolean learn) {
      int element = learn ? element() : FLOAT; // of clips
      return shapes.stream()
          .map(x -> new Feature(values++, x, hold(new Block(0)), element, learn))
          .toList();
    }

    private Feature made(Shape shape, int element) {
      Block block = take(element * clips * shape.count());
      scope.add(block);
      return new Feature(values++, shape, block, element, true);
    }

    /** What is read in a type of number, which is a copy where they are of another. */
    private Block read(Feature x, int element) {
      return x.element() == element ? hold(x.block()) : take(element * clips * x.shape().count());
    }

    private Feature inPlace(Feature x) {
      return new Feature(values++, x.shape(), x.block(), x.element(), true);
    }

    private Feature step(Feature output, List<Feature> inputs, List<Block> saved, long workspace) {
      if (learning) {
        saved.forEach(this::hold);
        steps.add(new Step(inputs, output, saved, false, workspace));
      }
      return output;
    }

    @Override
    public Feature convolution(Feature x, Conv conv) {
      int element = element(conv, x.shape());
      Feature y = made(x.shape().moved(conv.out(), conv.window()), element);
      Block read = read(x, element);
      long[] k = conv.kernel();
      long weight = FLOAT * conv.in() * conv.out() * k[0] * k[1] * k[2];
      kernels += KERNELS;
      live += KERNELS;
      work(weight);
      step(y, List.of(x), List.of(read), 2 * weight);
      release(read);
      return y;
    }

    @Override
    public Feature normalised(Feature x, Norm norm) {
      return step(made(x.shape(), x.element()), List.of(x), List.of(x.block()), 0);
    }

    @Override
    public Feature relu(Feature x) {
      return step(inPlace(x), List.of(x), List.of(x.block()), 0);
    }

    @Override
    public Feature sum(Feature a, Feature b) {
      Feature y = inPlace(a);
      steps.add(new Step(List.of(a, b), y, List.of(), true, 0));
      return y;
    }

    @Override
    public Feature joined(Feature a, Feature b) {
      Shape s = a.shape();
      Shape both =
          new Shape(s.channels() + b.shape().channels(), s.frames(), s.height(), s.width());
      Feature y = made(both, Math.max(a.element(), b.element()));
      steps.add(new Step(List.of(a, b), y, List.of(), true, 0));
      return y;
    }

    /** Works in float32 whatever the precision. */
    @Override
    public Feature maxPool(Feature x, Pool pool) {
      Feature y = made(x.shape().moved(x.shape().channels(), pool), FLOAT);
      Block indices = take(INDEX * clips * y.shape().count());
      Block read = read(x, FLOAT);
      step(y, List.of(x), List.of(read, indices), 0);
      release(read);
      release(indices);
      return y;
    }

    @Override
    public Feature attention(Feature theta, Feature phi, Feature g, Model.Pairing pairing) {
      long pairs = FLOAT * clips * theta.shape().positions() * phi.shape().positions();
      Feature y = made(theta.shape(), theta.element());
      Block scaled = take(pairs);
      Block shares = take(pairs);
      work(bytes(theta));
      List<Block> saved = List.of(theta.block(), phi.block(), g.block(), scaled, shares);
      step(y, List.of(theta, phi, g), saved, 2 * pairs);
      release(scaled);
      release(shares);
      return y;
    }

    @Override
    public Feature part(Supplier<Feature> walk) {
      List<Block> outer = scope;
      scope = new ArrayList<>();
      Feature y = walk.get();
      boolean kept = false;
      for (Block block : scope) {
        if (block == y.block() && !kept) {
          kept = true;
          outer.add(block);
        } else {
          release(block);
        }
      }
      scope = outer;
      return y;
    }

    /** The backward pass; returns the step's peak. */
    long back(List<Feature> outputs) {
      Map<Integer, Block> gradients = new HashMap<>();
      for (Feature y : outputs) {
        gradients.put(y.id(), take(bytes(y)));
      }
      for (int i = steps.size() - 1; i >= 0; i--) {
        Step step = steps.get(i);
        Block gradient = gradients.remove(step.output().id());
        work(0);
        for (Feature x : step.inputs()) {
          if (x.learns()) {
            Block own = step.passes() ? hold(gradient) : take(bytes(x));
            work(step.workspace());
            Block before = gradients.put(x.id(), own);
            if (before != null) {
              // their sum needs a place of its own, unless nobody else holds one of them
              if (before.holders > 1 && own.holders > 1) {
                gradients.put(x.id(), take(bytes(x)));
                release(own);
              }
              release(before);
            }
          }
        }
        work(step.workspace());
        release(gradient);
        step.saved().forEach(this::release);
      }
      return peak;
    }
  }
}

package io.multigrid.networks;

import io.multigrid.networks.Cost.Shape;
import io.multigrid.networks.Heap.Block;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A walk over sizes that counts memory as libtorch takes and frees it, and remembers what the
 * backward pass does.
 */
final class Tape implements Calculus<Tape.Feature> {
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

  private static final int INDEX = 8;

  /** What oneDNN keeps of a convolution at one shape: three kernels that it compiles. */
  private static final long KERNELS = 100 << 10;

  private final Sizes sizes;
  private final Heap heap;
  private final boolean learning;
  private final List<Step> steps = new ArrayList<>();
  private List<Block> scope = new ArrayList<>();
  private int values;
  private long kernels;

  private Tape(Sizes sizes, long live, boolean learning) {
    this.sizes = sizes;
    this.heap = new Heap(live);
    this.learning = learning;
  }

  /**
   * A walk whose gradients are wanted.
   *
   * @param live bytes that are held all the time
   */
  static Tape learning(Sizes sizes, long live) {
    return new Tape(sizes, live, true);
  }

  /** A walk forwards alone, which keeps nothing for gradients. */
  static Tape forward(Sizes sizes, long live) {
    return new Tape(sizes, live, false);
  }

  /** Bytes at the peak so far. */
  long peak() {
    return heap.peak();
  }

  /** Bytes that stay after the walk: what convolutions keep of their shapes. */
  long kernels() {
    return kernels;
  }

  private long bytes(Feature x) {
    return sizes.of(x.shape(), x.element());
  }

  /** Features that are held all the time. */
  List<Feature> given(List<Shape> shapes, boolean learn) {
    int element = learn ? sizes.element() : Sizes.FLOAT; // of clips
    return shapes.stream()
        .map(x -> new Feature(values++, x, heap.given(), element, learn))
        .toList();
  }

  private Feature made(Shape shape, int element) {
    Block block = heap.take(sizes.of(shape, element));
    scope.add(block);
    return new Feature(values++, shape, block, element, true);
  }

  /** What is read in a type of number, which is a copy where they are of another. */
  private Block read(Feature x, int element) {
    return x.element() == element ? heap.hold(x.block()) : heap.take(sizes.of(x.shape(), element));
  }

  private Feature inPlace(Feature x) {
    return new Feature(values++, x.shape(), x.block(), x.element(), true);
  }

  private Feature step(Feature output, List<Feature> inputs, List<Block> saved, long workspace) {
    if (learning) {
      saved.forEach(heap::hold);
      steps.add(new Step(inputs, output, saved, false, workspace));
    }
    return output;
  }

  @Override
  public Feature convolution(Feature x, Conv conv) {
    int element = sizes.element(conv, x.shape());
    Feature y = made(x.shape().moved(conv.out(), conv.window()), element);
    Block read = read(x, element);
    long[] k = conv.kernel();
    long weight = Sizes.FLOAT * conv.in() * conv.out() * k[0] * k[1] * k[2];
    kernels += KERNELS;
    heap.keep(KERNELS);
    heap.work(weight);
    step(y, List.of(x), List.of(read), 2 * weight);
    heap.release(read);
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
    Shape both = new Shape(s.channels() + b.shape().channels(), s.frames(), s.height(), s.width());
    Feature y = made(both, Math.max(a.element(), b.element()));
    steps.add(new Step(List.of(a, b), y, List.of(), true, 0));
    return y;
  }

  /** Works in float32 whatever the precision. */
  @Override
  public Feature maxPool(Feature x, Pool pool) {
    Feature y = made(x.shape().moved(x.shape().channels(), pool), Sizes.FLOAT);
    Block indices = heap.take(sizes.of(y.shape(), INDEX));
    Block read = read(x, Sizes.FLOAT);
    step(y, List.of(x), List.of(read, indices), 0);
    heap.release(read);
    heap.release(indices);
    return y;
  }

  @Override
  public Feature attention(Feature theta, Feature phi, Feature g, Model.Pairing pairing) {
    long pairs = Sizes.FLOAT * sizes.clips() * theta.shape().positions() * phi.shape().positions();
    Feature y = made(theta.shape(), theta.element());
    Block scaled = heap.take(pairs);
    Block shares = heap.take(pairs);
    heap.work(bytes(theta));
    List<Block> saved = List.of(theta.block(), phi.block(), g.block(), scaled, shares);
    step(y, List.of(theta, phi, g), saved, 2 * pairs);
    heap.release(scaled);
    heap.release(shares);
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
        heap.release(block);
      }
    }
    scope = outer;
    return y;
  }

  /** The backward pass; returns the step's peak. */
  long back(List<Feature> outputs) {
    Map<Integer, Block> gradients = new HashMap<>();
    for (Feature y : outputs) {
      gradients.put(y.id(), heap.take(bytes(y)));
    }
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      Block gradient = gradients.remove(step.output().id());
      heap.work(0);
      for (Feature x : step.inputs()) {
        if (x.learns()) {
          Block own = step.passes() ? heap.hold(gradient) : heap.take(bytes(x));
          heap.work(step.workspace());
          Block before = gradients.put(x.id(), own);
          if (before != null) {
            // their sum needs a place of its own, unless nobody else holds one of them
            if (before.shared() && own.shared()) {
              gradients.put(x.id(), heap.take(bytes(x)));
              heap.release(own);
            }
            heap.release(before);
          }
        }
      }
      heap.work(step.workspace());
      heap.release(gradient);
      step.saved().forEach(heap::release);
    }
    return heap.peak();
  }
}

package io.multigrid.networks;

import io.multigrid.networks.Calculus.Pool;
import java.util.ArrayList;
import java.util.List;

/**
 * What a clip costs: the walk of a network over shapes instead of tensors.
 *
 * @param multiplyAdds of the forward pass of one clip: convolutions, matrix products, and one each
 *     for what normalisation and pooling put out, as fvcore counts
 */
public record Cost(long multiplyAdds) {

  /**
   * @param frames T of the clip
   * @param crop S of the clip, pixels
   * @throws IllegalArgumentException if the network cannot take such clips
   */
  public static Cost of(Model model, int frames, int crop) {
    List<String> refusals = refusals(model, frames, crop);
    if (!refusals.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", refusals));
    }
    return walk(model, frames, crop);
  }

  /** Why a network cannot take clips of T frames and a crop of S pixels; empty if it can. */
  public static List<String> refusals(Model model, int frames, int crop) {
    List<String> refusals = new ArrayList<>();
    int alpha = model.fast().alpha();
    if (model.hasFast() && (frames < alpha || frames % alpha != 0)) {
      refusals.add("%s frames must be a multiple of model.alpha = %s".formatted(frames, alpha));
    }
    if (frames < 1 || crop < 1) {
      refusals.add("%s frames of %s pixels must be at least 1 of 1".formatted(frames, crop));
    }
    if (refusals.isEmpty()) {
      try {
        walk(model, frames, crop);
      } catch (TooSmall e) {
        refusals.add("%s frames of %s pixels: %s".formatted(frames, crop, e.getMessage()));
      }
    }
    return refusals;
  }

  private static Cost walk(Model model, int frames, int crop) {
    Architecture net = Architecture.of(model);
    Counter counter = new Counter();
    List<Shape> x = new ArrayList<>();
    if (model.hasFast()) {
      x.add(new Shape(3, frames / model.fast().alpha(), crop, crop));
    }
    x.add(new Shape(3, frames, crop, crop));
    for (int s = 0; s < Architecture.SEGMENTS; s++) {
      x = net.segment(s, counter, x);
    }
    x.forEach(shape -> counter.multiplyAdds += shape.count());
    counter.multiplyAdds += (long) net.headChannels() * model.classes();
    return new Cost(counter.multiplyAdds);
  }

  /** Of one clip: channels x frames x height x width. */
  record Shape(long channels, long frames, long height, long width) {
    long positions() {
      return frames * height * width;
    }

    long count() {
      return channels * positions();
    }

    /** What a window that moves over it puts out. */
    Shape moved(long channels, Pool p) {
      return new Shape(channels, side(frames, p, 0), side(height, p, 1), side(width, p, 2));
    }

    private static long side(long side, Pool p, int axis) {
      long places = p.places(side, axis);
      if (places < 1) {
        throw new TooSmall(
            "a window of %s %s finds only %s"
                .formatted(p.kernel()[axis], axis == 0 ? "frames" : "pixels", side));
      }
      return places;
    }
  }

  private static final class TooSmall extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooSmall(String message) {
      super(message);
    }
  }

  private static final class Counter implements Calculus<Shape> {
    private long multiplyAdds;

    @Override
    public Shape convolution(Shape x, Conv conv) {
      Shape y = x.moved(conv.out(), conv.window());
      long[] k = conv.kernel();
      multiplyAdds += conv.in() * k[0] * k[1] * k[2] * y.count();
      return y;
    }

    @Override
    public Shape normalised(Shape x, Norm norm) {
      multiplyAdds += x.count();
      return x;
    }

    @Override
    public Shape relu(Shape x) {
      return x;
    }

    @Override
    public Shape sum(Shape a, Shape b) {
      return a;
    }

    @Override
    public Shape joined(Shape a, Shape b) {
      return new Shape(a.channels() + b.channels(), a.frames(), a.height(), a.width());
    }

    @Override
    public Shape maxPool(Shape x, Pool pool) {
      Shape y = x.moved(x.channels(), pool);
      return y;
    }

    @Override
    public Shape attention(Shape theta, Shape phi, Shape g, Model.Pairing pairing) {
      multiplyAdds += 2 * theta.channels() * theta.positions() * phi.positions();
      return theta;
    }
  }
}

package io.multigrid.engine;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * How far the mean gradient of all workers may go, before weight decay is added to it: as a whole,
 * or value by value.
 *
 * @param norm greatest L2 norm of the gradient of all parameters, to which a longer one is
 *     shortened; infinite without
 * @param value greatest magnitude of each of its values; infinite without
 */
public record Clipping(double norm, double value) implements Serializable {
  public static final Clipping NONE =
      new Clipping(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  public Clipping {
    if (!(norm > 0 && value > 0)) {
      throw new EngineException(
          "gradients clipped to norm %s and value %s: must be above 0".formatted(norm, value));
    }
  }

  public boolean byNorm() {
    return norm < Double.POSITIVE_INFINITY;
  }

  /** Sum of squares of a share of the gradient, in double precision. */
  public static double squares(FloatBuffer gradient) {
    double sum = 0;
    for (int i = 0; i < gradient.limit(); i++) {
      sum += (double) gradient.get(i) * gradient.get(i);
    }
    return sum;
  }

  /**
   * What the gradient is multiplied by.
   *
   * @param squares sum over all parameters
   */
  public float factor(double squares) {
    double length = Math.sqrt(squares);
    return length > norm ? (float) (norm / length) : 1;
  }

  /** Clips value by value, in place. */
  void values(FloatBuffer gradient) {
    float most = (float) value;
    if (most == Float.POSITIVE_INFINITY) {
      return;
    }
    for (int i = 0; i < gradient.limit(); i++) {
      gradient.put(i, Math.max(-most, Math.min(most, gradient.get(i))));
    }
  }
}

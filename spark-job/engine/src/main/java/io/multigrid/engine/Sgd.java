package io.multigrid.engine;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * Stochastic gradient descent with momentum m: {@code buffer = m * buffer + g}, then {@code w -=
 * rate * step} where the step is the buffer, or {@code g + m * buffer} with Nesterov's variant. The
 * buffer starts at zero. No dampening. Of g, the mean over workers of their gradients, the loss's
 * part is clipped first, and weight decay added then.
 *
 * @param momentum 0 (no buffer is kept) to below 1
 */
public record Sgd(double momentum, boolean nesterov, Clipping clipping, WeightDecay decay)
    implements Serializable {
  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new EngineException("momentum = " + momentum + ": must be at least 0 and below 1");
    }
    if (nesterov && momentum == 0) {
      throw new EngineException(
          "momentum = 0 with Nesterov: the variant needs a momentum above 0; switch one of the two");
    }
  }

  /** Without clipping and decay. */
  public Sgd(double momentum, boolean nesterov) {
    this(momentum, nesterov, Clipping.NONE, WeightDecay.NONE);
  }

  /**
   * Makes g of a share of the mean gradient, in place. Clipping by norm, for which all shares are
   * needed, comes before.
   *
   * @param first parameter of the share
   */
  public void prepare(int first, FloatBuffer weights, FloatBuffer gradient) {
    clipping.values(gradient);
    decay.add(first, weights, gradient);
  }

  /** One step, in place. All arrays have the same length. */
  void step(float[] weights, float[] buffer, float[] gradient, float rate) {
    float m = (float) momentum;
    for (int i = 0; i < weights.length; i++) {
      float g = gradient[i];
      if (m != 0) {
        buffer[i] = m * buffer[i] + g;
        g = nesterov ? g + m * buffer[i] : buffer[i];
      }
      weights[i] -= rate * g;
    }
  }
}

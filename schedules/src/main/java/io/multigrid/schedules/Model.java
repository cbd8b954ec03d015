package io.multigrid.schedules;

import java.io.Serializable;
import java.util.List;

/**
 * A network of the SlowFast family.
 *
 * @param name slowfast or slow
 * @param blocks blocks of each residual stage; empty for those of {@code depth}
 * @param temporalKernels temporal kernel of the stem and of each residual stage of the slow pathway
 * @param alpha frames of the fast pathway in one of the slow pathway
 * @param betaInv channels of the slow pathway in one of the fast pathway
 */
public record Model(
    String name,
    int depth,
    int width,
    int classes,
    List<Integer> blocks,
    List<Integer> temporalKernels,
    int alpha,
    int betaInv,
    int fusionRatio,
    int fusionKernel,
    double dropout,
    boolean zeroInitFinalBn)
    implements Serializable {
  public boolean fast() {
    return name.equals("slowfast");
  }
}

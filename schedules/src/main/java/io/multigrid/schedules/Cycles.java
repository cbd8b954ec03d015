package io.multigrid.schedules;

import java.io.Serializable;
import java.util.List;

/**
 * The long and the short cycle.
 *
 * @param epochFactor epochs of the multigrid schedule in those of the baseline
 * @param bnGroup clips that batch normalisation sees together
 */
public record Cycles(
    boolean longCycle,
    boolean shortCycle,
    double epochFactor,
    int bnGroup,
    List<LongFactor> longFactors,
    List<Double> shortFactors)
    implements Serializable {
  /** Factors of T and S of a stage of the long cycle. */
  public record LongFactor(double frames, double crop) implements Serializable {}
}

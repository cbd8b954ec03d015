package io.multigrid.train.settings;

/**
 * What a run puts up with.
 *
 * @param restarts restarts after a lost executor, without a new checkpoint between
 * @param maxDamaged share of the training videos that may turn out to be damaged
 * @param divergenceFactor times the loss of guessing that a loss may not be above; 0 for no limit
 * @param divergenceIterations for so many iterations on end
 */
public record Limits(
    int restarts, double maxDamaged, double divergenceFactor, int divergenceIterations) {}

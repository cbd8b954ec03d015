package io.multigrid.models;

/**
 * What a training step did.
 *
 * @param lossMean loss, mean over the clips
 * @param correctTop1 clips whose highest logit is a label's
 */
public record StepResult(double lossMean, int correctTop1, int clips) {}

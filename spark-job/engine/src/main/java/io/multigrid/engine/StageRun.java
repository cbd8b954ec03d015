package io.multigrid.engine;

/**
 * A run of iterations of one stage.
 *
 * @param stage index, for messages and job names
 * @param firstIteration number of the first iteration; the others follow without a gap
 * @param learningRates one an iteration
 */
public record StageRun(int stage, long firstIteration, double[] learningRates) {
  public StageRun {
    learningRates = learningRates.clone();
  }

  public int iterations() {
    return learningRates.length;
  }

  public double learningRate(long iteration) {
    return learningRates[Math.toIntExact(iteration - firstIteration)];
  }
}

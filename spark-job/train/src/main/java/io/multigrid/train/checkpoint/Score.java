package io.multigrid.train.checkpoint;

import io.multigrid.train.evaluate.Evaluation;

/**
 * {@code evaluation.json}: how good the model of a checkpoint is.
 *
 * @param damaged videos that could not be read and do not count
 */
public record Score(double top1, double loss, long videos, int damaged) {
  static Score of(Evaluation evaluation) {
    return new Score(
        evaluation.top1(), evaluation.loss(), evaluation.videos(), evaluation.damaged().size());
  }
}

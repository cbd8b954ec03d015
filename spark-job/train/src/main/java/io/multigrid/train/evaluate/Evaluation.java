package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import java.util.Arrays;
import java.util.List;

/**
 * How well a model does on a split.
 *
 * @param confusion videos by true class (row) and best-scored class (column)
 * @param top1 share of videos whose best class is a right one
 * @param top5 share of videos that have a right class among the five best
 * @param meanAveragePrecision mean over classes of the average precision of their videos; classes
 *     without videos are left out
 * @param loss mean negative logarithm of the right class's score
 * @param damaged videos that could not be read and do not count, and why
 */
public record Evaluation(
    long videos,
    double top1,
    double top5,
    double meanAveragePrecision,
    double loss,
    long[][] confusion,
    List<Note> damaged,
    double seconds) {
  /**
   * Share of a class's videos whose best class is the right one; NaN for a class without videos.
   */
  public double recall(int label) {
    long row = Arrays.stream(confusion[label]).sum();
    return row == 0 ? Double.NaN : confusion[label][label] / (double) row;
  }
}

package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

  /** Sums in the order of the videos, so that they are the same however the scores were made. */
  public static Evaluation of(Scores scores, int classes, double seconds) {
    List<Prediction> predictions = scores.predictions();
    long[][] confusion = new long[classes][classes];
    long right = 0;
    long inFive = 0;
    double loss = 0;
    long labels = 0;
    for (Prediction prediction : predictions) {
      int best = prediction.best();
      int least = classes;
      for (int label : prediction.labels()) {
        confusion[label][best]++;
        labels++;
        least = Math.min(least, above(prediction.scores(), label));
        loss -= Math.log(Math.max(prediction.scores()[label], 1e-12));
      }
      right += Arrays.stream(prediction.labels()).anyMatch(label -> label == best) ? 1 : 0;
      inFive += least < 5 ? 1 : 0;
    }
    double n = Math.max(predictions.size(), 1);
    return new Evaluation(
        predictions.size(),
        right / n,
        inFive / n,
        meanAveragePrecision(predictions, classes),
        loss / Math.max(labels, 1),
        confusion,
        scores.damaged(),
        seconds);
  }

  private static int above(float[] scores, int label) {
    int above = 0;
    for (float score : scores) {
      above += score > scores[label] ? 1 : 0;
    }
    return above;
  }

  private static double meanAveragePrecision(List<Prediction> predictions, int classes) {
    double sum = 0;
    int counted = 0;
    for (int c = 0; c < classes; c++) {
      int label = c;
      List<Prediction> ranked = new ArrayList<>(predictions);
      ranked.sort(Comparator.comparingDouble((Prediction p) -> p.scores()[label]).reversed());
      int found = 0;
      double precision = 0;
      for (int rank = 1; rank <= ranked.size(); rank++) {
        if (Arrays.stream(ranked.get(rank - 1).labels()).anyMatch(l -> l == label)) {
          found++;
          precision += found / (double) rank;
        }
      }
      if (found > 0) {
        sum += precision / found;
        counted++;
      }
    }
    return sum / Math.max(counted, 1);
  }

  /**
   * Share of a class's videos whose best class is the right one; NaN for a class without videos.
   */
  public double recall(int label) {
    long row = Arrays.stream(confusion[label]).sum();
    return row == 0 ? Double.NaN : confusion[label][label] / (double) row;
  }
}

package io.multigrid.train;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How well a model does on a split: a video's score is the mean of its views' class probabilities.
 *
 * @param confusion videos by true class (row) and best-scored class (column)
 * @param top1 share of videos whose best class is the right one
 * @param top5 share of videos whose right class is among the five best
 * @param loss mean negative logarithm of the right class's score
 */
public record Evaluation(
    long videos, double top1, double top5, double loss, long[][] confusion, double seconds)
    implements Serializable {

  /** Counts that add up over videos, so that any partition of the videos gives the same result. */
  static final class Tally implements Serializable {
    private final long[][] confusion;
    private long videos;
    private long inFive;
    private double loss;

    Tally(int classes) {
      confusion = new long[classes][classes];
    }

    void add(int label, float[] scores) {
      int best = 0;
      int above = 0;
      for (int c = 0; c < scores.length; c++) {
        best = scores[c] > scores[best] ? c : best;
        above += scores[c] > scores[label] ? 1 : 0;
      }
      confusion[label][best]++;
      videos++;
      inFive += above < 5 ? 1 : 0;
      loss -= Math.log(Math.max(scores[label], 1e-12));
    }

    Tally plus(Tally other) {
      for (int row = 0; row < confusion.length; row++) {
        for (int column = 0; column < confusion.length; column++) {
          confusion[row][column] += other.confusion[row][column];
        }
      }
      videos += other.videos;
      inFive += other.inFive;
      loss += other.loss;
      return this;
    }

    Evaluation result(double seconds) {
      long right = 0;
      for (int c = 0; c < confusion.length; c++) {
        right += confusion[c][c];
      }
      double n = Math.max(videos, 1);
      return new Evaluation(videos, right / n, inFive / n, loss / n, confusion, seconds);
    }
  }

  /**
   * Share of a class's videos whose best class is the right one; NaN for a class without videos.
   */
  public double recall(int label) {
    long row = Arrays.stream(confusion[label]).sum();
    return row == 0 ? Double.NaN : confusion[label][label] / (double) row;
  }
}

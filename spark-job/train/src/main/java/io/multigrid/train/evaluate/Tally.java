package io.multigrid.train.evaluate;

import java.io.Serializable;

/**
 * What is counted of predictions where they are made. In whatever order and by how many they are
 * counted, every number is the same: the loss, too, is a sum of whole numbers.
 */
final class Tally implements Serializable {
  private static final long serialVersionUID = 1;

  /** Of a loss, which is at most 28: room for 300 million labels. */
  private static final double LOSS_UNITS = 1L << 30;

  private static final double LEAST_SCORE = 1e-12;
  private static final int FIVE = 5;

  private final long[][] confusion;
  private final Positives positives = new Positives();
  private long videos;
  private long right;
  private long inFive;
  private long loss;

  Tally(int classes) {
    confusion = new long[classes][classes];
  }

  void add(Prediction prediction) {
    int best = prediction.best();
    int least = Integer.MAX_VALUE;
    boolean hit = false;
    for (int label : prediction.labels()) {
      float score = prediction.scores()[label];
      confusion[label][best]++;
      hit |= label == best;
      least = Math.min(least, above(prediction.scores(), score));
      loss =
          Math.addExact(
              loss, Math.round(-Math.log(Math.max(score, LEAST_SCORE)) * LOSS_UNITS));
      positives.add(label, score, prediction.video());
    }
    videos++;
    right += hit ? 1 : 0;
    inFive += least < FIVE ? 1 : 0;
  }

  private static int above(float[] scores, float mine) {
    int above = 0;
    for (float score : scores) {
      above += score > mine ? 1 : 0;
    }
    return above;
  }

  Tally add(Tally other) {
    for (int c = 0; c < confusion.length; c++) {
      for (int best = 0; best < confusion.length; best++) {
        confusion[c][best] += other.confusion[c][best];
      }
    }
    positives.add(other.positives);
    videos += other.videos;
    right += other.right;
    inFive += other.inFive;
    loss = Math.addExact(loss, other.loss);
    return this;
  }

  long videos() {
    return videos;
  }

  double top1() {
    return right / (double) Math.max(videos, 1);
  }

  double top5() {
    return inFive / (double) Math.max(videos, 1);
  }

  double loss() {
    return loss / LOSS_UNITS / Math.max(positives.size(), 1);
  }

  long[][] confusion() {
    return confusion;
  }

  /** The order of the labelled videos of every class. */
  Ranking ranking() {
    return positives.ranking(confusion.length);
  }
}

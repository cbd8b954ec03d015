package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

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
  private final List<Scored> damaged = new ArrayList<>();
  private long videos;
  private long right;
  private long inFive;
  private long loss;

  Tally(int classes) {
    confusion = new long[classes][classes];
  }

  static Tally of(Iterator<Scored> videos, int classes) {
    Tally tally = new Tally(classes);
    videos.forEachRemaining(tally::add);
    return tally;
  }

  private void add(Scored video) {
    if (video.damaged()) {
      damaged.add(video);
    } else {
      add(video.prediction());
    }
  }

  private void add(Prediction prediction) {
    int best = prediction.best();
    int least = Integer.MAX_VALUE;
    boolean hit = false;
    for (int label : prediction.labels()) {
      float score = prediction.scores()[label];
      confusion[label][best]++;
      hit |= label == best;
      least = Math.min(least, above(prediction.scores(), score));
      loss = Math.addExact(loss, Math.round(-Math.log(Math.max(score, LEAST_SCORE)) * LOSS_UNITS));
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
    damaged.addAll(other.damaged);
    videos += other.videos;
    right += other.right;
    inFive += other.inFive;
    loss = Math.addExact(loss, other.loss);
    return this;
  }

  /** In the order of the videos. */
  List<Note> damaged() {
    return damaged.stream()
        .sorted(Comparator.comparingInt(Scored::video))
        .map(Scored::damage)
        .toList();
  }

  /** The order of the labelled videos of every class. */
  Ranking ranking() {
    return positives.ranking(confusion.length);
  }

  Evaluation evaluation(double meanAveragePrecision, double seconds) {
    double n = Math.max(videos, 1);
    return new Evaluation(
        videos,
        right / n,
        inFive / n,
        meanAveragePrecision,
        loss / LOSS_UNITS / Math.max(positives.size(), 1),
        confusion,
        damaged(),
        seconds);
  }
}

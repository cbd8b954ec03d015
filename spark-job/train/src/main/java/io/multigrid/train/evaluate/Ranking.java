package io.multigrid.train.evaluate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;

/**
 * Where the labelled videos of a class stand among all videos, when those are ordered by that
 * class's score. Only labelled ones are kept: all others are counted as they pass.
 *
 * @param places of the labelled videos of every class, in order
 */
record Ranking(long[][] places) implements Serializable {
  /**
   * A number by which videos are ordered: the greatest score first, and of equal ones the first
   * video.
   */
  static long place(float score, int video) {
    int bits = Float.floatToIntBits(score);
    int ascending = bits ^ (bits >> 31) & Integer.MAX_VALUE;
    return (long) ~ascending << Integer.SIZE | video;
  }

  /** Counts each video for the first labelled one of every class that comes after it. */
  Counts count(Iterator<Scored> videos) {
    long[][] before = new long[places.length][];
    Arrays.setAll(before, c -> new long[places[c].length]);
    while (videos.hasNext()) {
      Scored video = videos.next();
      if (!video.damaged()) {
        count(video.prediction(), before);
      }
    }
    return new Counts(before);
  }

  private void count(Prediction prediction, long[][] before) {
    for (int c = 0; c < places.length; c++) {
      int at = Arrays.binarySearch(places[c], place(prediction.scores()[c], prediction.video()));
      int next = at >= 0 ? at + 1 : -at - 1;
      if (next < places[c].length) {
        before[c][next]++;
      }
    }
  }

  /**
   * How many videos stand between two labelled ones.
   *
   * @param before every labelled one, from the one before it on
   */
  record Counts(long[][] before) implements Serializable {
    Counts add(Counts other) {
      for (int c = 0; c < before.length; c++) {
        for (int i = 0; i < before[c].length; i++) {
          before[c][i] += other.before[c][i];
        }
      }
      return this;
    }

    /**
     * Mean over classes of the average precision of their videos: the mean, over the ranks of
     * labelled videos, of the share of labelled ones among those up to there. Classes without
     * videos are left out.
     */
    double meanAveragePrecision() {
      double sum = 0;
      int counted = 0;
      for (long[] between : before) {
        double precision = 0;
        long rank = 1;
        for (int found = 0; found < between.length; found++) {
          rank += between[found];
          precision += (found + 1) / (double) rank;
        }
        if (between.length > 0) {
          sum += precision / between.length;
          counted++;
        }
      }
      return sum / Math.max(counted, 1);
    }
  }
}

package io.multigrid.train.evaluate;

import java.io.Serializable;

/**
 * What a model says of a video.
 *
 * @param video its number in the split
 * @param labels its classes
 * @param scores one a class, over all views
 */
public record Prediction(int video, int[] labels, float[] scores) implements Serializable {
  int best() {
    int best = 0;
    for (int c = 1; c < scores.length; c++) {
      best = scores[c] > scores[best] ? c : best;
    }
    return best;
  }
}

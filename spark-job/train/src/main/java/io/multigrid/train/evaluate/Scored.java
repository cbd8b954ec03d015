package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import java.io.Serializable;

/**
 * A video of a split that was looked at.
 *
 * @param prediction null if it is damaged
 * @param damage null if it is not
 */
record Scored(int video, Prediction prediction, Note damage) implements Serializable {
  static Scored of(Prediction prediction) {
    return new Scored(prediction.video(), prediction, null);
  }

  boolean damaged() {
    return damage != null;
  }
}

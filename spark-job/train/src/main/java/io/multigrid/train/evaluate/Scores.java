package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a model says of the videos of a split.
 *
 * @param predictions of the videos that could be read, in the split's order
 * @param damaged the other ones, in the split's order, and why
 */
public record Scores(List<Prediction> predictions, List<Note> damaged) {

  /** A video that could not be read. */
  record Damage(int video, Note note) implements Serializable {}

  /** What one task found. */
  record Part(List<Prediction> predictions, List<Damage> damages) implements Serializable {
    Part() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** However the videos were shared, the result is the same. */
  static Scores of(List<Part> parts) {
    return new Scores(
        parts.stream()
            .flatMap(part -> part.predictions().stream())
            .sorted(Comparator.comparingInt(Prediction::video))
            .toList(),
        parts.stream()
            .flatMap(part -> part.damages().stream())
            .sorted(Comparator.comparingInt(Damage::video))
            .map(Damage::note)
            .toList());
  }
}

package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;

/**
 * What a checkpoint is, after every byte of it was read.
 *
 * @param checkpoint null if it is not whole
 * @param numbers of all tensors
 * @param best whether no other one of the run has a higher accuracy
 * @param problem why it is not whole; empty if it is
 */
public record CheckpointSummary(
    String path,
    Checkpoint checkpoint,
    long numbers,
    Optional<Score> score,
    boolean best,
    String problem) {
  static CheckpointSummary broken(String path, Optional<Score> score, String problem) {
    return new CheckpointSummary(path, null, 0, score, false, problem);
  }

  CheckpointSummary asBest() {
    return new CheckpointSummary(path, checkpoint, numbers, score, true, problem);
  }

  public String text() {
    return (problem.isEmpty() ? whole() : problem)
        + score.map(s -> String.format(Locale.ROOT, "; accuracy %.4f", s.top1())).orElse("")
        + (best ? " (the best)" : "");
  }

  private String whole() {
    return String.format(
        Locale.ROOT,
        "%s: %d iterations done, epoch %d, stage %d, %.1f s of training; %,d numbers, %d workers;"
            + " data %s revision %d, %d videos; written by %s; every byte is as it was written",
        path,
        checkpoint.iteration(),
        checkpoint.reached().epoch() + 1,
        checkpoint.reached().stage() + 1,
        checkpoint.reached().seconds(),
        numbers,
        checkpoint.subject().workers(),
        checkpoint.subject().data().uri(),
        checkpoint.subject().data().revision(),
        checkpoint.subject().data().trainVideos(),
        checkpoint.subject().program());
  }

  /** Epoch and stage from 1, as in {@link #text}. */
  public void put(ObjectMapper json, ObjectNode into) {
    into.put("path", path);
    into.put("whole", problem.isEmpty());
    if (problem.isEmpty()) {
      into.put("iterations", checkpoint.iteration());
      into.put("epoch", checkpoint.reached().epoch() + 1);
      into.put("stage", checkpoint.reached().stage() + 1);
      into.put("seconds", checkpoint.reached().seconds());
      into.put("numbers", numbers);
      into.put("workers", checkpoint.subject().workers());
      into.set("data", json.valueToTree(checkpoint.subject().data()));
      into.set("damaged", json.valueToTree(checkpoint.subject().damaged()));
      into.put("program", checkpoint.subject().program());
    } else {
      into.put("problem", problem);
    }
    score.ifPresent(s -> into.set("evaluation", json.valueToTree(s)));
    into.put("best", best);
  }
}

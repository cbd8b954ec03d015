package io.multigrid.train.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Which lines of {@code metrics.jsonl} stay when a run goes on from a checkpoint: what was written
 * of later iterations will come again, and goes.
 *
 * <p>A run that went on by another plan has other numbers from there on. A {@code resume} event
 * tells how often that had happened, in {@code numbering}; what comes before it is of the numbering
 * before. Lines are to be asked about in their order.
 */
public final class Continuation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int numbering;
  private final long before;
  private final long iteration;
  private final boolean evaluated;
  private int current;

  /**
   * @param numbering how often iterations had been numbered anew by the checkpoint
   * @param before iterations that were done when that last happened, by the numbers before
   * @param iteration iterations that are done
   * @param evaluated whether the evaluation after so many iterations stays
   */
  public Continuation(int numbering, long before, long iteration, boolean evaluated) {
    this.numbering = numbering;
    this.before = before;
    this.iteration = iteration;
    this.evaluated = evaluated;
  }

  int numbering() {
    return numbering;
  }

  long iteration() {
    return iteration;
  }

  boolean keeps(String line) {
    JsonNode event;
    try {
      event = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return false; // cut off by the end of the process
    }
    if (event == null || !event.isObject()) {
      return false;
    }
    current = event.path("numbering").asInt(current);
    long at = event.path("iteration").asLong();
    if (current < numbering) {
      return current < numbering - 1 || done(event, at, before, true);
    }
    return current == numbering && done(event, at, iteration, evaluated);
  }

  private static boolean done(JsonNode event, long at, long end, boolean evaluated) {
    boolean evaluation = event.path("event").asText().equals("evaluation");
    return at < end || at == end && evaluation && evaluated;
  }
}

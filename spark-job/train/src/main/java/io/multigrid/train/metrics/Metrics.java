package io.multigrid.train.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.Note;
import io.multigrid.schedules.Iteration;
import io.multigrid.train.evaluate.Evaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes {@code metrics.jsonl}: one object an iteration and one an evaluation, told apart by {@code
 * "event"}; further events are {@code damage} (a video that could not be read) and {@code resume}.
 * The numbers of iterations and evaluations go to TensorBoard, too. Seconds are of training alone
 * in {@code elapsedSeconds}: evaluations do not count.
 */
public final class Metrics implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double FLUSH_SECONDS = 5;

  private final GrowingFile out;
  private final EventFile events;
  private long flushed = System.nanoTime();

  private Metrics(GrowingFile out, EventFile events) {
    this.out = out;
    this.events = events;
  }

  /** Starts a new file. */
  public static Metrics create(GrowingFile out, EventFile events) throws IOException {
    out.start();
    return new Metrics(out, events);
  }

  /** Goes on with a file: with what stays of it. */
  public static Metrics resume(GrowingFile out, EventFile events, Continuation continuation)
      throws IOException {
    out.restart(continuation::keeps);
    Metrics metrics = new Metrics(out, events);
    ObjectNode event = event("resume");
    event.put("iteration", continuation.iteration());
    if (continuation.numbering() > 0) {
      event.put("numbering", continuation.numbering());
    }
    metrics.write(event);
    return metrics;
  }

  public void iteration(Iteration iteration, IterationReport report, double elapsedSeconds) {
    ObjectNode line = event("iteration");
    line.put("iteration", iteration.index());
    line.put("epoch", iteration.epoch());
    line.put("stage", iteration.stage());
    line.put("batch", iteration.batch());
    line.put("frames", iteration.frames());
    line.put("crop", iteration.crop());
    line.put("learningRate", iteration.learningRate());
    line.put("loss", report.loss());
    line.put("accuracy", report.correct() / (double) report.clips());
    line.put("clipsPerSecond", report.clips() / report.seconds());
    line.put("seconds", report.seconds());
    line.put("waitSeconds", report.times().waitSeconds());
    line.put("computeSeconds", report.times().computeSeconds());
    line.put("syncSeconds", report.times().syncSeconds());
    line.put("schedulingSeconds", report.times().schedulingSeconds());
    line.put("decodeSeconds", report.times().decodeSeconds());
    line.put("elapsedSeconds", elapsedSeconds);
    write(line);
    scalars(iteration, report);
    if (System.nanoTime() - flushed > FLUSH_SECONDS * 1e9) {
      flush();
    }
  }

  private void scalars(Iteration iteration, IterationReport report) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("train/loss", report.loss());
    scalars.put("train/accuracy", report.correct() / (double) report.clips());
    scalars.put("train/learning_rate", iteration.learningRate());
    scalars.put("speed/clips_per_second", report.clips() / report.seconds());
    scalars.put("shape/batch", (double) iteration.batch());
    scalars.put("shape/frames", (double) iteration.frames());
    scalars.put("shape/crop", (double) iteration.crop());
    scalars.put("seconds/iteration", report.seconds());
    scalars.put("seconds/wait", report.times().waitSeconds());
    scalars.put("seconds/compute", report.times().computeSeconds());
    scalars.put("seconds/sync", report.times().syncSeconds());
    scalars.put("seconds/scheduling", report.times().schedulingSeconds());
    scalars.put("seconds/decode", report.times().decodeSeconds());
    events.scalars(iteration.index(), scalars);
  }

  public void evaluation(long iteration, int epoch, double elapsedSeconds, Evaluation result) {
    ObjectNode line = event("evaluation");
    line.put("iteration", iteration);
    line.put("epoch", epoch);
    line.put("elapsedSeconds", elapsedSeconds);
    line.put("seconds", result.seconds());
    line.put("videos", result.videos());
    line.put("damaged", result.damaged().size());
    line.put("top1", result.top1());
    line.put("top5", result.top5());
    line.put("loss", result.loss());
    write(line);
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("evaluation/top1", result.top1());
    scalars.put("evaluation/top5", result.top5());
    scalars.put("evaluation/loss", result.loss());
    events.scalars(iteration, scalars);
    flush();
  }

  public void damage(long iteration, Note note) {
    ObjectNode line = event("damage");
    line.put("iteration", iteration);
    line.put("path", note.subject());
    line.put("detail", note.text());
    write(line);
  }

  private static ObjectNode event(String name) {
    ObjectNode line = JSON.createObjectNode();
    line.put("event", name);
    return line;
  }

  /** What was written so far can be read, and stays if this process ends. */
  public void flush() {
    flushed = System.nanoTime();
    out.flush();
    events.flush();
  }

  private void write(ObjectNode line) {
    try {
      out.add((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    try (events) {
      out.close();
    }
  }
}

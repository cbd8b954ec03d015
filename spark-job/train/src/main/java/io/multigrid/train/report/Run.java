package io.multigrid.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.shard.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The course of a training run, from its {@code metrics.jsonl}. */
public record Run(String name, List<Step> steps, List<Score> scores) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One iteration; {@code elapsed} and the other times in seconds. */
  public record Step(
      double elapsed,
      double epoch,
      int stage,
      int batch,
      int frames,
      int crop,
      double rate,
      double loss,
      double accuracy,
      double waiting,
      double computing,
      double synchronising) {}

  /** One evaluation. */
  public record Score(double elapsed, double epoch, double top1) {}

  /** Reads a run. A last line that was cut off by the end of a run is left out. */
  public static Run read(FileSystem files, Path metrics, String name) throws IOException {
    List<Step> steps = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Storage.open(files, metrics), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode event;
        try {
          event = JSON.readTree(line);
        } catch (JsonProcessingException e) {
          if (in.readLine() == null) {
            break;
          }
          throw new IOException(metrics + ": not JSON: " + line, e);
        }
        switch (event.path("event").asText()) {
          case "iteration" -> steps.add(step(event));
          case "evaluation" -> scores.add(score(event));
          default -> {} // nothing that is drawn
        }
      }
    }
    return new Run(name, steps, scores);
  }

  private static Score score(JsonNode e) {
    return new Score(number(e, "elapsedSeconds"), number(e, "epoch"), number(e, "top1"));
  }

  private static Step step(JsonNode e) {
    return new Step(
        number(e, "elapsedSeconds"),
        number(e, "epoch"),
        e.path("stage").asInt(),
        e.path("batch").asInt(),
        e.path("frames").asInt(),
        e.path("crop").asInt(),
        number(e, "learningRate"),
        number(e, "loss"),
        number(e, "accuracy"),
        number(e, "waitSeconds"),
        number(e, "computeSeconds"),
        number(e, "syncSeconds") + number(e, "schedulingSeconds"));
  }

  private static double number(JsonNode event, String field) {
    return event.path(field).asDouble();
  }

  double seconds() {
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1).elapsed();
  }
}

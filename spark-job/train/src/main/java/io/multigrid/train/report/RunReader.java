package io.multigrid.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.shard.JsonFault;
import io.multigrid.shard.storage.Storage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads runs from their {@code metrics.jsonl}. */
final class RunReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RunReader() {}

  /** Reads a run. A last line that was cut off by the end of a run is left out. */
  static Run read(FileSystem files, Path metrics, String name) throws IOException {
    Run run = new Run(name);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Storage.open(files, metrics), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        JsonNode event;
        try {
          event = JSON.readTree(line);
        } catch (JsonProcessingException e) {
          if (in.readLine() == null) {
            break;
          }
          throw new IOException(
              "%s: line %s is not JSON: %s".formatted(metrics, number, JsonFault.text(e)), e);
        }
        switch (event.path("event").asText()) {
          case "iteration" -> run.add(Step.of(event));
          case "evaluation" -> run.add(score(event));
          default -> {} // nothing that is drawn
        }
      }
    }
    return run;
  }

  private static Run.Score score(JsonNode event) {
    return new Run.Score(event.path("elapsedSeconds").asDouble(), event.path("top1").asDouble());
  }
}

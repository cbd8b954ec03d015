package io.multigrid.train.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.train.checkpoint.CheckpointSummary;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.checkpoint.ModelFile;
import io.multigrid.train.checkpoint.ModelSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What train left somewhere, after every byte of it was read.
 *
 * @param checkpoints newest first
 */
public record RunDescription(
    Kind kind, Optional<ModelSummary> model, List<CheckpointSummary> checkpoints) {
  /** What a URI may be. */
  public enum Kind {
    RUN,
    CHECKPOINT,
    MODEL
  }

  /**
   * @return empty if there is neither a run, nor a checkpoint or a model
   * @throws IOException if it is a checkpoint, and damaged
   */
  public static Optional<RunDescription> of(Configuration hadoop, String uri) throws IOException {
    Path path = new Path(uri);
    FileSystem files = path.getFileSystem(hadoop);
    Optional<CheckpointSummary> checkpoint = Checkpoints.summary(files, path);
    if (checkpoint.isPresent()) {
      return Optional.of(
          new RunDescription(Kind.CHECKPOINT, Optional.empty(), List.of(checkpoint.get())));
    }
    if (path.getName().endsWith(".safetensors")) {
      ModelSummary model = ModelFile.read(hadoop, uri).summary();
      return Optional.of(new RunDescription(Kind.MODEL, Optional.of(model), List.of()));
    }
    Optional<ModelSummary> model =
        files.exists(new Path(path, ModelFile.NAME))
            ? Optional.of(ModelFile.read(hadoop, uri).summary())
            : Optional.empty();
    List<CheckpointSummary> checkpoints = new Checkpoints(files, path, 1).summaries();
    return model.isEmpty() && checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(new RunDescription(Kind.RUN, model, checkpoints));
  }

  /** A line for the model and one a checkpoint. */
  public String text() {
    List<String> lines = new ArrayList<>();
    model.ifPresent(m -> lines.add(m.text()));
    checkpoints.forEach(c -> lines.add(c.text()));
    return String.join("\n", lines);
  }

  public void put(ObjectMapper json, ObjectNode into) {
    into.put("kind", kind.name().toLowerCase(Locale.ROOT));
    model.ifPresent(m -> into.set("model", json.valueToTree(m)));
    if (kind == Kind.CHECKPOINT) {
      checkpoints.get(0).put(json, into.putObject("checkpoint"));
    } else if (kind == Kind.RUN) {
      ArrayNode list = into.putArray("checkpoints");
      checkpoints.forEach(c -> c.put(json, list.addObject()));
    }
  }
}

package io.multigrid.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.multigrid.shard.JsonFault;
import io.multigrid.train.DataException;
import java.io.IOException;

/**
 * {@code checkpoint.json}: one flat object with the file's format and version, and the fields of
 * both parts of a {@link Checkpoint}.
 */
final class CheckpointFile {
  static final String NAME = "checkpoint.json";
  private static final String FORMAT = "multigrid-checkpoint";
  private static final int VERSION = 1;

  /** Each part reads its own fields; later programs may say more. */
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private CheckpointFile() {}

  static byte[] bytes(Checkpoint checkpoint) throws IOException {
    ObjectNode file = JSON.createObjectNode();
    file.put("format", FORMAT).put("version", VERSION);
    file.setAll(JSON.<ObjectNode>valueToTree(checkpoint.reached()));
    file.setAll(JSON.<ObjectNode>valueToTree(checkpoint.subject()));
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(file);
  }

  /**
   * @param where the checkpoint is, for messages
   * @throws DataException if it is not of this program
   */
  static Checkpoint read(Object where, byte[] bytes) throws IOException {
    try {
      ObjectNode file = JSON.readValue(bytes, ObjectNode.class);
      String format = file.path("format").asText(null);
      int version = file.path("version").asInt();
      if (!FORMAT.equals(format) || version != VERSION) {
        throw new DataException(
            "%s: format %s version %s; this program reads %s version %s"
                .formatted(where, format, version, FORMAT, VERSION));
      }
      return new Checkpoint(
          JSON.treeToValue(file, Checkpoint.Reached.class),
          JSON.treeToValue(file, Checkpoint.Subject.class));
    } catch (JsonProcessingException e) {
      throw new DataException(where + ": not of this program: " + JsonFault.text(e), e);
    }
  }
}

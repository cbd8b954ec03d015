package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunChangesTest {
  private static final String SOURCE =
      "{\"uri\":\"hdfs://old\",\"revision\":3,\"trainVideos\":48,\"classes\":[\"a\",\"b\"]%s}";

  @Test
  void contentIsComparedWhereTheCheckpointKnowsIt() throws IOException {
    assertThat(differences(",\"content\":\"0a\"", "0a")).isEmpty();
    assertThat(differences(",\"content\":\"0a\"", "0b"))
        .extracting(Problem::toString)
        .containsExactly(
            "hdfs://old: content = 0b: the checkpoint has 0a with as many videos of the same classes; train on that data set, or add --accept-changes");
  }

  @Test
  void aCheckpointOfAnOlderProgramKnowsNoContent() throws IOException {
    assertThat(differences("", "0b")).isEmpty();
  }

  private static List<Problem> differences(String more, String content) throws IOException {
    Settings settings = TinyData.settings();
    Checkpoint.Source then =
        new ObjectMapper().readValue(SOURCE.formatted(more), Checkpoint.Source.class);
    Checkpoint checkpoint =
        new Checkpoint(
            Checkpoint.FORMAT,
            Checkpoint.VERSION,
            1,
            0,
            0,
            0,
            4,
            then,
            List.of(),
            settings.values(),
            "0");
    Checkpoint.Source now = new Checkpoint.Source("hdfs://old", 3, 48, List.of("a", "b"), content);
    return RunChanges.between(checkpoint, settings, now).differences();
  }
}

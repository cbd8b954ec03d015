package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.engine.Note;
import io.multigrid.models.SafeTensors;
import io.multigrid.networks.TensorInfo;
import io.multigrid.shard.storage.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code checkpoint.json}, letter for letter: other programs read it, and this one reads old ones.
 */
class CheckpointFileTest {
  private static final Layout LAYOUT =
      new Layout(
          List.of(new TensorInfo("w", new long[] {1}, TensorInfo.Kind.OTHER)),
          List.of(new TensorInfo("m", new long[] {2}, TensorInfo.Kind.NORM)));
  private static final String NOW =
      """
      {
        "format" : "multigrid-checkpoint",
        "version" : 1,
        "iteration" : 14,
        "epoch" : 2,
        "stage" : 1,
        "position" : {
          "epochs" : 2,
          "done" : 4,
          "of" : 5,
          "clips" : 130
        },
        "numbering" : {
          "times" : 1,
          "before" : 9
        },
        "seconds" : 1.5,
        "workers" : 1,
        "data" : {
          "uri" : "hdfs:///data",
          "revision" : 3,
          "trainVideos" : 48,
          "classes" : [ "falling", "rising" ],
          "content" : "0a"
        },
        "damaged" : [ {
          "subject" : "a.mp4",
          "text" : "frame 3 is damaged"
        } ],
        "settings" : {
          "multigrid.batch" : "8",
          "multigrid.seed" : "1"
        },
        "program" : "multigrid 0.1.0"
      }""";

  /** As written before there were positions, numberings and contents. */
  private static final String EARLIER =
      """
      {
        "format" : "multigrid-checkpoint",
        "version" : 1,
        "iteration" : 14,
        "epoch" : 2,
        "stage" : 1,
        "seconds" : 1.5,
        "workers" : 1,
        "data" : {
          "uri" : "hdfs:///data",
          "revision" : 3,
          "trainVideos" : 48,
          "classes" : [ "falling", "rising" ]
        },
        "damaged" : [ ],
        "settings" : {
          "multigrid.seed" : "1"
        },
        "program" : "multigrid 0.0.9"
      }""";

  @TempDir Path folder;

  private static Checkpoint checkpoint() {
    return new Checkpoint(
        new Checkpoint.Reached(14, 2, 1, new Position(2, 4, 5, 130), new Numbering(1, 9), 1.5),
        new Checkpoint.Subject(
            1,
            new Checkpoint.Source("hdfs:///data", 3, 48, List.of("falling", "rising"), "0a"),
            List.of(new Note("a.mp4", "frame 3 is damaged")),
            new TreeMap<>(Map.of("multigrid.seed", "1", "multigrid.batch", "8")),
            "multigrid 0.1.0"));
  }

  private Checkpoints checkpoints() throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    return new Checkpoints(files, new org.apache.hadoop.fs.Path(folder.toUri()), 2, Patience.NONE);
  }

  private Path file() {
    return folder.resolve("checkpoints/iteration-000000014/checkpoint.json");
  }

  private void write() throws IOException {
    Map<String, SafeTensors.Values> model = new LinkedHashMap<>();
    Layout.put(model, "", LAYOUT.parameters(), new float[] {1});
    TrainingState state =
        new TrainingState(new float[] {1}, new float[] {2}, new float[][] {{0, 1}});
    checkpoints().write(checkpoint(), new SafeTensors(Map.of(), model), state.optimizer(LAYOUT));
  }

  private Checkpoint read() throws IOException {
    return checkpoints().restore(LAYOUT, warning -> {}).orElseThrow().checkpoint();
  }

  @Test
  void isWrittenLetterForLetterAndReadBack() throws IOException {
    write();
    assertThat(file()).hasContent(NOW);
    assertThat(read()).isEqualTo(checkpoint());
  }

  @Test
  void whatEarlierAndLaterProgramsWroteIsRead() throws Exception {
    write();
    replace(EARLIER);
    Checkpoint earlier = read();
    assertThat(earlier.reached().numbering()).isEqualTo(Numbering.FIRST);
    assertThat(earlier.subject().data().content()).isNull();
    assertThat(earlier.iteration()).isEqualTo(14);
    assertThat(earlier.subject().settings()).containsExactly(Map.entry("multigrid.seed", "1"));
    replace(NOW.replace("\"epoch\"", "\"mood\" : \"good\", \"epoch\""));
    assertThat(read()).isEqualTo(checkpoint());
  }

  private void replace(String text) throws Exception {
    Path sums = file().resolveSibling("SHA256SUMS");
    String before = sum();
    Files.writeString(file(), text);
    Files.writeString(sums, Files.readString(sums).replace(before, sum()));
  }

  private String sum() throws Exception {
    byte[] bytes = Files.readAllBytes(file());
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}

package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunChangesTest {
  private static final Checkpoint.Source DATA =
      new Checkpoint.Source("data", 1, 48, List.of("falling", "rising"), "0a");

  /** As earlier programs wrote it. */
  static Checkpoint checkpoint(
      long iteration, int epoch, int stage, SortedMap<String, String> settings) {
    return checkpoint(iteration, epoch, stage, DATA, settings);
  }

  private static Checkpoint checkpoint(
      long iteration,
      int epoch,
      int stage,
      Checkpoint.Source data,
      SortedMap<String, String> settings) {
    return new Checkpoint(
        new Checkpoint.Reached(iteration, epoch, stage, null, null, 1.5),
        new Checkpoint.Subject(4, data, List.of(), settings, "0.0.9"));
  }

  @Test
  void settingsThatOneOfTwoProgramsDoesNotHaveAreToldAndDoNotMatter() {
    Settings settings = TinyData.settings();
    SortedMap<String, String> then = new TreeMap<>(settings.values());
    then.put("solver.removed", "3");
    then.remove("model.keep");
    RunChanges changes = RunChanges.between(checkpoint(14, 2, 0, then), settings.recorded(), DATA);
    assertThat(changes.differences()).isEmpty();
    assertThat(changes.notes())
        .containsExactly(
            "the checkpoint has no model.keep yet; it is \"everything\"",
            "the checkpoint has solver.removed = 3, which this program has not");
  }

  @Test
  void newSettingsThatAreNotTheDefaultAndLostOnesMatter() {
    SortedMap<String, String> then = new TreeMap<>(TinyData.settings().values());
    then.remove("model.keep");
    then.put("initial.weights", "\"a.pyth\"");
    RunChanges changes =
        RunChanges.between(
            checkpoint(14, 2, 0, then), TinyData.settings("model.keep=stages").recorded(), DATA);
    assertThat(changes.notes()).isEmpty();
    assertThat(changes.differences())
        .extracting(Object::toString)
        .satisfiesExactly(
            one -> assertThat(one).contains("initial.weights: the checkpoint has \"a.pyth\""),
            two ->
                assertThat(two)
                    .contains("model.keep = \"stages\": the checkpoint has no such setting"));
  }

  @Test
  void contentIsComparedWhereTheCheckpointKnowsIt() {
    assertThat(differences(DATA, "0a")).isEmpty();
    assertThat(differences(DATA, "0b"))
        .extracting(Problem::toString)
        .containsExactly(
            "data: content = 0b: the checkpoint has 0a with as many videos of the same classes; train on that data set, or add --accept-changes");
  }

  @Test
  void aCheckpointOfAnOlderProgramKnowsNoContent() throws IOException {
    String older =
        "{\"uri\":\"data\",\"revision\":1,\"trainVideos\":48,\"classes\":[\"falling\",\"rising\"]}";
    Checkpoint.Source then = new ObjectMapper().readValue(older, Checkpoint.Source.class);
    assertThat(differences(then, "0b")).isEmpty();
  }

  private static List<Problem> differences(Checkpoint.Source then, String content) {
    Settings settings = TinyData.settings();
    Checkpoint.Source now =
        new Checkpoint.Source(
            then.uri(), then.revision(), then.trainVideos(), then.classes(), content);
    return RunChanges.between(
            checkpoint(14, 2, 0, then, settings.values()), settings.recorded(), now)
        .differences();
  }
}

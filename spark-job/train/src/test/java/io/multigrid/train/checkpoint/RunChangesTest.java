package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.train.TinyData;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RunChangesTest {
  private static final Checkpoint.Source DATA =
      new Checkpoint.Source("data", 1, 48, List.of("falling", "rising"));

  /** As earlier programs wrote it. */
  static Checkpoint checkpoint(
      long iteration, int epoch, int stage, SortedMap<String, String> settings) {
    return new Checkpoint(
        Checkpoint.FORMAT,
        Checkpoint.VERSION,
        iteration,
        epoch,
        stage,
        null,
        null,
        1.5,
        4,
        DATA,
        List.of(),
        settings,
        "0.0.9");
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
}

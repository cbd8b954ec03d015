package io.multigrid.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.shard.storage.Patience;
import io.multigrid.train.FailingFiles;
import io.multigrid.train.FailingFiles.Call;
import io.multigrid.train.checkpoint.Checkpoints;
import io.multigrid.train.metrics.Continuation;
import io.multigrid.train.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run's folder on storage that is away for a moment. */
class RunFolderTest {
  private static final String LINES =
      """
      {"event":"iteration","iteration":0}
      {"event":"iteration","iteration":1}
      {"event":"iteration","iteration":2}
      """;

  @TempDir Path folder;
  private FailingFiles files;

  @BeforeEach
  void start() throws IOException {
    files = FailingFiles.create();
  }

  private RunFolder folder(Patience patience) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder.toString());
    Checkpoints checkpoints = new Checkpoints(files, path, 1, patience);
    return new RunFolder(files, path, checkpoints, null, patience);
  }

  private static IOException away() {
    return new IOException("the name node does not answer");
  }

  @Test
  void anAttemptWaitsForStorageThatIsAwayWhenItBegins() throws IOException {
    Files.writeString(folder.resolve("metrics.jsonl"), LINES);
    files.fail(Call.CREATE, "events.out", 1, away());
    files.fail(Call.OPEN, "metrics.jsonl", 1, away());
    files.fail(Call.CREATE, "metrics.jsonl", 1, away());
    Continuation two = new Continuation(0, 0, 2, false);
    try (Metrics metrics = folder(new Patience(10)).metrics(Optional.of(two))) {
      metrics.flush();
    }
    assertThat(folder.resolve("metrics.jsonl"))
        .hasContent(
            """
            {"event":"iteration","iteration":0}
            {"event":"iteration","iteration":1}
            {"event":"resume","iteration":2}
            """);
    try (var events = Files.list(folder.resolve("tensorboard"))) {
      assertThat(events).hasSize(1);
    }
  }

  @Test
  void whatStaysAwayIsToldAndLeavesTheLines() throws IOException {
    Files.writeString(folder.resolve("metrics.jsonl"), LINES);
    files.fail(Call.OPEN, "metrics.jsonl", 1, away());
    Continuation two = new Continuation(0, 0, 2, false);
    assertThatThrownBy(() -> folder(Patience.NONE).metrics(Optional.of(two)))
        .hasMessageContaining("metrics.jsonl: the name node does not answer");
    assertThat(folder.resolve("metrics.jsonl")).hasContent(LINES);
  }

  @Test
  void settingsWaitForStorageThatIsAway() throws IOException {
    files.fail(Call.CREATE, "settings.conf", 1, away());
    folder(new Patience(10)).writeSettings("workers = 8");
    assertThat(folder.resolve("settings.conf")).hasContent("workers = 8");
  }
}

package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.multigrid.models.SafeTensors;
import io.multigrid.networks.TensorInfo;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.FailingFiles;
import io.multigrid.train.FailingFiles.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints on storage that fails: what is damaged, what is only away, and what stays. */
class FailingStorageTest {
  private static final Layout LAYOUT =
      new Layout(
          List.of(new TensorInfo("w", new long[] {2, 3}, TensorInfo.Kind.OTHER)),
          List.of(new TensorInfo("m", new long[] {2}, TensorInfo.Kind.NORM)));
  private static final Patience SECONDS = new Patience(10);

  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();
  private FailingFiles files;

  @BeforeEach
  void start() throws IOException {
    files = FailingFiles.create();
  }

  private static IOException away() {
    return new IOException("the name node does not answer");
  }

  private Checkpoints checkpoints(int keep, Patience patience) {
    return new Checkpoints(files, new org.apache.hadoop.fs.Path(folder.toString()), keep, patience);
  }

  private void write(Checkpoints checkpoints, long... iterations) throws IOException {
    for (long iteration : iterations) {
      Checkpoint checkpoint =
          new Checkpoint(
              new Checkpoint.Reached(iteration, 0, 0, null, null, 1.5),
              new Checkpoint.Subject(1, null, List.of(), new TreeMap<>(), "test"));
      float[] weights = {iteration, 1, 2, 3, 4, 5};
      TrainingState state = new TrainingState(weights, new float[6], new float[][] {{0, 1}});
      Map<String, SafeTensors.Values> model = new LinkedHashMap<>();
      Layout.put(model, "", LAYOUT.parameters(), weights);
      checkpoints.write(checkpoint, new SafeTensors(Map.of(), model), state.optimizer(LAYOUT));
    }
  }

  private void scored(long iteration, double top1) throws IOException {
    Files.writeString(
        at(iteration).resolve("evaluation.json"),
        "{\"top1\": %s, \"loss\": 1, \"videos\": 8}".formatted(top1));
  }

  private Path at(long iteration) {
    return folder.resolve("checkpoints/iteration-%09d".formatted(iteration));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("checkpoints"))) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private long restored(Checkpoints checkpoints) throws IOException {
    Optional<Checkpoints.Restored> restored = checkpoints.restore(LAYOUT, warnings::add);
    assertThat(restored.orElseThrow().state().weights()[0])
        .isEqualTo(restored.get().checkpoint().iteration());
    return restored.get().checkpoint().iteration();
  }

  @Test
  void storageThatIsAwayForAMomentMakesNoCheckpointTorn() throws IOException {
    Checkpoints checkpoints = checkpoints(9, SECONDS);
    write(checkpoints, 3, 6);
    files.fail(Call.LIST, "checkpoints", 1, away());
    files.fail(Call.OPEN, "iteration-000000006/SHA256SUMS", 1, away());
    files.fail(Call.OPEN, "iteration-000000006/model.safetensors", 1, away());
    files.fail(Call.OPEN, "iteration-000000006/evaluation.json", 1, away());
    assertThat(restored(checkpoints)).isEqualTo(6);
    assertThat(warnings).isEmpty();
  }

  @Test
  void storageThatStaysAwayIsAnErrorAndNoOlderCheckpointIsTaken() throws IOException {
    Checkpoints checkpoints = checkpoints(9, Patience.NONE);
    write(checkpoints, 3, 6);
    files.fail(Call.OPEN, "iteration-000000006/optimizer.safetensors", 99, away());
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> checkpoints.restore(LAYOUT, warnings::add))
        .withMessageContaining("iteration-000000006/optimizer.safetensors: the name node does not")
        .matches(e -> e.failure() == Failure.TEMPORARY);
    assertThat(warnings).isEmpty();
    files.recover();
    assertThat(restored(checkpoints)).isEqualTo(6);
  }

  @Test
  void damageAndWhatIsMissingMakeACheckpointTorn() throws IOException {
    Checkpoints checkpoints = checkpoints(9, Patience.NONE);
    write(checkpoints, 3, 6, 9);
    Path model = at(9).resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length - 1] ^= 1;
    Files.write(model, bytes);
    Files.delete(at(6).resolve("optimizer.safetensors"));
    assertThat(restored(checkpoints)).isEqualTo(3);
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).contains("model.safetensors has SHA-256 ");
    assertThat(warnings.get(1))
        .contains("there is no optimizer.safetensors; looking at the checkpoint before");
  }

  @Test
  void theBestIsNotRemovedWhenItsScoreCannotBeRead() throws IOException {
    Checkpoints checkpoints = checkpoints(1, Patience.NONE);
    write(checkpoints, 3, 6);
    scored(3, 0.9);
    scored(6, 0.5);
    write(checkpoints, 9);
    files.fail(Call.OPEN, "iteration-000000003/evaluation.json", 1, away());
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(checkpoints::prune)
        .withMessageContaining(
            "iteration-000000003/evaluation.json: the name node does not answer");
    assertThat(names()).hasSize(3);
    checkpoints.prune();
    assertThat(names()).containsExactly("iteration-000000003", "iteration-000000009");
  }

  @Test
  void oneThatMayBeTheBestStays() throws IOException {
    Checkpoints checkpoints = checkpoints(1, Patience.NONE);
    write(checkpoints, 3, 6, 9, 12);
    scored(3, 0.9);
    scored(6, 0.95);
    Files.writeString(at(6).resolve("evaluation.json"), "{\"top1\": 0.9");
    checkpoints.prune();
    assertThat(names())
        .containsExactly("iteration-000000003", "iteration-000000006", "iteration-000000012");
  }

  @Test
  void aFailedWriteLeavesNothingAndTheNextOneSucceeds() throws IOException {
    Checkpoints checkpoints = checkpoints(9, Patience.NONE);
    write(checkpoints, 3);
    files.fail(Call.CREATE, "optimizer.safetensors", 1, new IOException("No space left on device"));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> write(checkpoints, 6))
        .withMessageContaining("optimizer.safetensors: No space left on device; the disk is full")
        .matches(e -> e.failure() == Failure.NO_SPACE);
    assertThat(names()).containsExactly("iteration-000000003");
    write(checkpoints, 9);
    assertThat(restored(checkpoints)).isEqualTo(9);
  }

  @Test
  void whatAnEndedProcessLeftIsTidiedUp() throws IOException {
    Checkpoints checkpoints = checkpoints(9, Patience.NONE);
    write(checkpoints, 3, 6);
    // Ended while 9 was written, and while 6 was replaced.
    Files.createDirectories(folder.resolve("checkpoints/.iteration-000000009.writing"));
    Files.writeString(
        folder.resolve("checkpoints/.iteration-000000009.writing/model.safetensors"), "half");
    Files.move(at(6), folder.resolve("checkpoints/.iteration-000000006.replaced"));
    checkpoints.recover();
    assertThat(restored(checkpoints)).isEqualTo(6);
    assertThat(names()).containsExactly("iteration-000000003", "iteration-000000006");
  }
}

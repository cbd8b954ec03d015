package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.multigrid.models.SafeTensors;
import io.multigrid.networks.TensorInfo;
import io.multigrid.shard.storage.Patience;
import io.multigrid.shard.storage.StorageException;
import io.multigrid.train.FailingFiles;
import io.multigrid.train.FailingFiles.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Going on by other numbers: no checkpoint by the numbers before is lost. */
class RenumberingTest {
  private static final Layout LAYOUT =
      new Layout(
          List.of(new TensorInfo("w", new long[] {1}, TensorInfo.Kind.OTHER)),
          List.of(new TensorInfo("m", new long[] {2}, TensorInfo.Kind.NORM)));
  private static final Numbering SECOND = new Numbering(1, 14);

  @TempDir Path folder;
  private FailingFiles files;
  private Checkpoints checkpoints;

  @BeforeEach
  void threeByTheFirstNumbers() throws IOException {
    files = FailingFiles.create();
    checkpoints =
        new Checkpoints(files, new org.apache.hadoop.fs.Path(folder.toString()), 9, Patience.NONE);
    for (int iteration : new int[] {7, 12, 14}) {
      checkpoints.write(checkpoint(iteration, Numbering.FIRST), model(iteration), optimizer());
    }
  }

  private static Checkpoint checkpoint(long iteration, Numbering numbering) {
    return new Checkpoint(
        new Checkpoint.Reached(iteration, 0, 0, null, numbering, 1.5),
        new Checkpoint.Subject(1, null, List.of(), new TreeMap<>(), "test"));
  }

  private static SafeTensors model(float weight) {
    Map<String, SafeTensors.Values> model = new LinkedHashMap<>();
    Layout.put(model, "", LAYOUT.parameters(), new float[] {weight});
    return new SafeTensors(Map.of(), model);
  }

  private static SafeTensors optimizer() {
    return new TrainingState(new float[] {0}, new float[1], new float[][] {{0, 1}})
        .optimizer(LAYOUT);
  }

  /** Goes on from 14, which is 7 by the second numbers. */
  private String renumber() throws IOException {
    return checkpoints.renumber(checkpoint(7, SECOND), model(14), optimizer()).getName();
  }

  private List<String> names(String within) throws IOException {
    try (Stream<Path> all = Files.list(folder.resolve("checkpoints").resolve(within))) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private Checkpoints.Restored restored() throws IOException {
    return checkpoints.restore(LAYOUT, warning -> {}).orElseThrow();
  }

  private void assertNewest(long iteration, int numberings) throws IOException {
    assertThat(restored().checkpoint().iteration()).isEqualTo(iteration);
    assertThat(restored().checkpoint().reached().numbering().times()).isEqualTo(numberings);
    assertThat(restored().state().weights()).containsExactly(14);
  }

  @Test
  void oneThatAlreadyHasTheNumberIsSetAsideLikeTheOthers() throws IOException {
    assertThat(renumber()).isEqualTo("earlier-1");
    assertThat(names("")).containsExactly("earlier-1", "iteration-000000007");
    assertThat(names("earlier-1"))
        .containsExactly("iteration-000000007", "iteration-000000012", "iteration-000000014");
    assertNewest(7, 1);
  }

  @Test
  void whoEndsBeforeTheNewOneIsThereGoesOnFromTheSameOne() throws IOException {
    files.fail(Call.CREATE, "optimizer.safetensors", 1, new IOException("no space left"));
    assertThatExceptionOfType(StorageException.class).isThrownBy(this::renumber);
    assertThat(names(""))
        .containsExactly("earlier-1", "iteration-000000012", "iteration-000000014");
    assertNewest(14, 0);
    assertThat(renumber()).isEqualTo("earlier-1-2");
    assertThat(names("earlier-1")).containsExactly("iteration-000000007");
    assertThat(names("earlier-1-2")).containsExactly("iteration-000000012", "iteration-000000014");
    assertNewest(7, 1);
  }
}

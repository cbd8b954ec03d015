package io.multigrid.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.shard.storage.Patience;
import io.multigrid.train.StoppedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CheckpointWriterTest {
  /** A limit in time is for what would otherwise wait for ever. */
  @Test
  @Timeout(60)
  void aCheckpointThatHangsInStorageIsNotWaitedForForEver() {
    CountDownLatch never = new CountDownLatch(1);
    List<String> warnings = new CopyOnWriteArrayList<>();
    try (CheckpointWriter writer =
        new CheckpointWriter(OptionalLong.of(4), warnings::add, Duration.ofMillis(1))) {
      writer.submit(6, () -> await(never), () -> {});
      assertThatThrownBy(() -> writer.submit(8, () -> {}, () -> {}))
          .isInstanceOf(StoppedException.class)
          .hasMessage(
              "the checkpoint of iteration 6 has been under way for more than 0 seconds: storage neither takes it nor"
                  + " says why; training stops here, the last good one is that of iteration 4; look at the storage of"
                  + " --out, then go on with --resume");
      assertThat(warnings)
          .as("said at once, as closing may hang too")
          .containsExactly("the checkpoint of iteration 6 hangs in storage; training stops");
    }
  }

  @Test
  void aCheckpointThatFailsTwiceIsToldOnce() {
    List<String> warnings = new CopyOnWriteArrayList<>();
    try (CheckpointWriter writer =
        new CheckpointWriter(OptionalLong.of(4), warnings::add, Patience.NONE)) {
      for (long iteration : new long[] {6, 6, 8}) {
        writer.submit(iteration, CheckpointWriterTest::fail, () -> {});
      }
      writer.settle();
    }
    assertThat(warnings)
        .containsExactly(
            "the checkpoint of iteration 6 could not be written (full); training goes on, the last good one is that of iteration 4",
            "the checkpoint of iteration 8 could not be written (full); training goes on, the last good one is that of iteration 4");
  }

  private static void fail() throws IOException {
    throw new IOException("full");
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }
}

package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.WorkerRange;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A feed of which storage does not answer a thread. A limit in time is for what would otherwise
 * wait for ever.
 */
@Timeout(120)
class ClosingFeedTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir Path folder;

  @Test
  void nothingIsFreedThatALateThreadReadsFrom() throws Exception {
    Configuration hadoop = HangingFileSystem.settings();
    TinyData.write(folder.toString(), new Configuration(), TinyData.settings(), 48);
    Dataset data = Dataset.open("hanging://" + folder, hadoop);
    int before = HangingFileSystem.OPEN.get();
    ClipFeed feed =
        new ClipFeed(
            Plan.of(Recipe.from(TinyData.settings()), 48),
            data,
            hadoop,
            new WorkerRange(0, 4),
            new ClipFeed.Ahead(1, 2, new Patience(0)));
    HangingFileSystem.hang();
    Thread network = new Thread(() -> take(feed), "network");
    network.setDaemon(true);
    network.start();
    HangingFileSystem.asked.await();
    int reading = HangingFileSystem.OPEN.get();
    feed.close(Duration.ZERO);
    assertThat(HangingFileSystem.OPEN).as("shards still open").hasValue(reading);
    HangingFileSystem.answers.countDown();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (HangingFileSystem.OPEN.get() > before && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    assertThat(HangingFileSystem.OPEN).as("shards still open").hasValue(before);
    assertThat(HangingFileSystem.READ_AFTER_CLOSE).isFalse();
  }

  @Test
  void aClipThatDoesNotComeIsNotWaitedForForEver() throws Exception {
    Configuration hadoop = HangingFileSystem.settings();
    TinyData.write(folder.toString(), new Configuration(), TinyData.settings(), 48);
    Dataset data = Dataset.open("hanging://" + folder, hadoop);
    ClipFeed feed =
        new ClipFeed(
            Plan.of(Recipe.from(TinyData.settings()), 48),
            data,
            hadoop,
            new WorkerRange(0, 4),
            new ClipFeed.Ahead(1, 2, new Patience(0)),
            Duration.ofMillis(1));
    HangingFileSystem.hang();
    try {
      assertThatThrownBy(() -> feed.take(0, 0))
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              "iteration 0: the clip of videos/\\d+.mp4 in "
                  + data.uri()
                  + " has not come for 0 seconds, which is the limit \\(half an hour more than feed.patience\\):"
                  + " its thread hangs; look at that file, at its storage and at the executor's threads"
                  + " \\(jstack\\), then go on with --resume");
    } finally {
      HangingFileSystem.answers.countDown();
      feed.close();
    }
  }

  private static void take(ClipFeed feed) {
    try {
      feed.take(0, 0);
    } catch (IOException e) {
      // its clips are not made any more
    }
  }
}

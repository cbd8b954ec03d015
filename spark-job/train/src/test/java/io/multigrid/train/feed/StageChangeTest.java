package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.engine.WorkerRange;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.Stage;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.TinyData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stage change does not wait for. */
class StageChangeTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  @TempDir Path folder;

  /** Asked for nothing of the next stage yet, the feed has its first clips ready. */
  @Test
  void theFirstClipsOfAStageAreMadeWhileTheLastOfTheOneBeforeAreComputed() throws Exception {
    Configuration hadoop = new Configuration();
    TinyData.write(folder.toString(), hadoop, TinyData.settings(), 48);
    Dataset data = Dataset.open(folder.toString(), hadoop);
    Plan plan = Plan.of(Recipe.from(TinyData.settings()), 48);
    List<Stage> stages = plan.stages();
    assertThat(stages).hasSizeGreaterThan(3);
    try (ClipFeed feed =
        new ClipFeed(
            plan, data, hadoop, new WorkerRange(0, 4), new ClipFeed.Ahead(1, 2, new Patience(0)))) {
      for (long i = 0; i < plan.iterations(); i++) {
        int group = ClipFeed.group(plan.iteration(i));
        for (int worker = 0; worker < 4; worker += group) {
          feed.release(feed.take(i, worker));
        }
        long next = i + 1;
        if (stages.stream().anyMatch(s -> s.firstIteration() == next && s.iterations() > 0)) {
          long deadline = System.nanoTime() + PATIENCE.toNanos();
          while (!feed.waiting().contains(next) && System.nanoTime() < deadline) {
            Thread.sleep(5);
          }
          assertThat(feed.waiting()).as("after iteration " + i).contains(next);
        }
      }
    }
  }
}

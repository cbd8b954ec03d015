package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.engine.WorkerRange;
import io.multigrid.models.ClipBatch;
import io.multigrid.schedules.ClipOrder;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.VideoLabel;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.TinyData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipLabelsTest {
  private static final int VIDEOS = 40;

  @TempDir Path folder;
  private Dataset data;
  private Plan plan;

  @BeforeEach
  void prepare() throws IOException {
    Settings settings = TinyData.settings();
    TinyData.write(folder.toString(), new Configuration(), settings, VIDEOS);
    data = Dataset.open(folder.toString(), new Configuration());
    plan = Plan.of(Recipe.from(settings), VIDEOS);
  }

  @Test
  void everyClipComesWithTheLabelOfItsVideo() throws IOException {
    ClipOrder order = new ClipOrder(plan.recipe().seed(), VIDEOS);
    int seen = 0;
    try (ClipFeed feed = feed(0, 4, 2, 3)) {
      for (long i = 0; i < plan.iterations(); i++) {
        Iteration iteration = plan.iteration(i);
        int group = ClipFeed.group(iteration);
        int perWorker = iteration.batchPerWorker(4);
        for (int worker = 0; worker < 4; worker += group) {
          ClipBatch batch = feed.take(i, worker);
          for (int k = 0; k < batch.clips(); k++) {
            long video = order.video(iteration.firstClip() + (long) worker * perWorker + k);
            int label = data.label(Split.TRAIN, (int) video);
            assertThat(batch.labels()[k]).as("iteration %d clip %d", i, k).isEqualTo(label);
            if (batch.frames() > 1) {
              assertThat(rises(batch, k)).as("iteration %d clip %d", i, k).isEqualTo(label == 1);
            }
            seen++;
          }
          feed.release(batch);
        }
      }
    }
    assertThat(seen).isEqualTo((int) plan.clips());
  }

  /** Brightness tells which frames a clip consists of, and so what it may be labelled. */
  @Test
  void clipsOfManyLabelsHaveThoseOfTheirTime(@TempDir Path timed) throws IOException {
    Settings settings = TinyData.settings("model.loss=sigmoid");
    List<VideoLabel> windows = List.of(new VideoLabel(0, 0.0, 0.25), new VideoLabel(1, 0.55, null));
    TinyData.write(timed.toString(), new Configuration(), settings, VIDEOS, video -> windows);
    data = Dataset.open(timed.toString(), new Configuration());
    plan = Plan.of(Recipe.from(settings), VIDEOS);
    ClipOrder order = new ClipOrder(plan.recipe().seed(), VIDEOS);
    Set<List<Integer>> seen = new HashSet<>();
    try (ClipFeed feed = feed(0, 4, 1, 1)) {
      for (long i = 0; i < plan.iterations(); i++) {
        ClipBatch batch = feed.take(i, 0);
        int area = batch.crop() * batch.crop();
        for (int k = 0; k < batch.clips(); k++) {
          int video = (int) order.video(plan.iteration(i).firstClip() + k);
          boolean rises = TinyData.rises(data.video(Split.TRAIN, video));
          long first = frame(brightness(batch, k, 0, area), area, rises);
          long last = frame(brightness(batch, k, batch.frames() - 1, area), area, rises);
          List<Integer> expected = new ArrayList<>();
          if (first <= 2) {
            expected.add(0);
          }
          if (last >= 6) {
            expected.add(1);
          }
          assertThat(Arrays.stream(batch.labelSets()[k]).boxed().toList())
              .as("frames %d to %d", first, last)
              .isEqualTo(expected);
          seen.add(expected);
        }
        feed.release(batch);
      }
    }
    assertThat(seen).contains(List.of(), List.of(0), List.of(1));
  }

  /** Frame 0 of the 8 has noise of mean 63.5; the others 16 more or less, one after the other. */
  private static long frame(long sum, int area, boolean rises) {
    long level = Math.round((sum / (double) area - 63.5) / 16);
    return rises ? level : 8 - level;
  }

  private ClipFeed feed(int first, int end, int threads, int prefetch) {
    return new ClipFeed(
        plan,
        data,
        new Configuration(),
        new WorkerRange(first, end),
        new ClipFeed.Ahead(threads, prefetch, new Patience(10)));
  }

  /** Videos of class 1 get brighter, those of class 0 darker. */
  private static boolean rises(ClipBatch batch, int clip) {
    int area = batch.crop() * batch.crop();
    return brightness(batch, clip, batch.frames() - 1, area) > brightness(batch, clip, 0, area);
  }

  private static long brightness(ClipBatch batch, int clip, int frame, int area) {
    long sum = 0;
    int at = (clip * 3 * batch.frames() + frame) * area;
    for (int i = 0; i < area; i++) {
      sum += batch.pixels().get(at + i) & 255;
    }
    return sum;
  }
}

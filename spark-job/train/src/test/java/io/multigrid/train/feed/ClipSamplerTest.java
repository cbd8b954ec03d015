package io.multigrid.train.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClipSamplerTest {
  private static final Draws DRAWS = Draws.of(1, 2, 3, 4, 5);

  @Test
  void clipsOfSomethingSomethingSpanTheVideoWhateverTheirFrames() {
    Plan plan = plan("clip.sampling=ssv2");
    ClipSampler sampler = new ClipSampler(plan.recipe());
    for (long i : new long[] {0, plan.iterations() - 1}) {
      Iteration iteration = plan.iteration(i);
      int[] frames = sampler.trainFrames(iteration, video(400), DRAWS);
      assertThat(frames).hasSize(iteration.frames()).isSorted();
      int part = 400 / iteration.frames();
      assertThat(frames[0]).isLessThanOrEqualTo(part);
      assertThat(frames[frames.length - 1]).isGreaterThanOrEqualTo(400 - part - 1);
    }
    assertThat(plan.iteration(0).frames())
        .isLessThan(plan.iteration(plan.iterations() - 1).frames());
  }

  @Test
  void aVideoShorterThanTheClipIsRepeatedAtAnEnd() {
    for (String rule : List.of("kinetics", "charades")) {
      Plan plan = plan("clip.sampling=" + rule);
      Iteration finest = plan.iteration(plan.iterations() - 1);
      int[] frames = new ClipSampler(plan.recipe()).trainFrames(finest, video(3), DRAWS);
      assertThat(frames).as(rule).hasSize(finest.frames()).isSorted();
      assertThat(Arrays.stream(frames)).as(rule).allMatch(frame -> 0 <= frame && frame < 3);
    }
  }

  @Test
  void oneViewIsCentralAndSeveralReachBothEnds() {
    Scaled wide = Scaled.to(new Scaled.Size(200, 100), 80);
    assertThat(wide.even(64, 0, 1)).isEqualTo(new ClipWindow(60, 10, 80, 80, false));
    assertThat(wide.even(64, 0, 3).left()).isZero();
    assertThat(wide.even(64, 1, 3).left()).isEqualTo(60);
    assertThat(wide.even(64, 2, 3).left()).isEqualTo(120);
    Scaled tall = Scaled.to(new Scaled.Size(100, 200), 80);
    assertThat(tall.even(64, 2, 3)).isEqualTo(new ClipWindow(10, 120, 80, 80, false));
  }

  private static Plan plan(String set) {
    return Plan.of(Recipe.from(Settings.load(Optional.empty(), List.of(set))), 1000);
  }

  private static StoredVideo video(int frames) {
    return new StoredVideo(
        "a.mp4",
        List.of(),
        Split.TRAIN,
        320,
        256,
        frames / 15.0,
        new StoredVideo.Location(0, 0, List.of(16L), List.of(frames)),
        null,
        null);
  }
}

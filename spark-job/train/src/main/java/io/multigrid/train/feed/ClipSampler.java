package io.multigrid.train.feed;

import io.multigrid.schedules.Clip;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.StoredVideo;

/**
 * Chooses the frames and the window of a clip: pure functions of the recipe, the stored video and
 * the clip's draws. Rules speak of frames at the recipe's rate, of which every stride-th is stored;
 * a chosen frame that is not stored is replaced by the stored one before it.
 */
final class ClipSampler {
  private static final int STRIDE = 0;
  private static final int SCALE = 2;
  private static final int LEFT = 3;
  private static final int TOP = 4;
  private static final int MIRROR = 5;
  private static final int FRAMES = 32; // and those that follow

  private final Recipe recipe;

  ClipSampler(Recipe recipe) {
    this.recipe = recipe;
  }

  /** Stored frames of a training clip. */
  int[] trainFrames(Iteration iteration, StoredVideo video, Draws draws) {
    int stride =
        iteration.minStride()
            + draws.below(STRIDE, iteration.maxStride() - iteration.minStride() + 1);
    return stored(
        Sampling.train(
            recipe.clip().sampling(),
            atRate(video),
            iteration.frames(),
            stride,
            draw -> draws.uniform(FRAMES + draw)),
        video);
  }

  /** The window of a training clip within stored frames of a size: scale and place are drawn. */
  ClipWindow trainWindow(Iteration iteration, Scaled.Size stored, Draws draws) {
    Clip clip = recipe.clip();
    int[] range = Grids.shortSideRange(recipe, iteration.crop());
    int shortSide = Scaled.shortSide(range[0], range[1], clip.jitterDraw(), draws.uniform(SCALE));
    return Scaled.to(stored, shortSide)
        .drawn(
            iteration.crop(),
            draws.uniform(LEFT),
            draws.uniform(TOP),
            clip.flip() && draws.uniform(MIRROR) < 0.5);
  }

  /** Stored frames of an evaluation view, at the base stride. */
  int[] evaluationFrames(Sampling.Rule rule, StoredVideo video, int time, int times) {
    Clip clip = recipe.clip();
    return stored(
        Sampling.view(rule, atRate(video), clip.frames(), clip.stride(), time, times), video);
  }

  /** Frames of a video at the recipe's frame rate. */
  private int atRate(StoredVideo video) {
    return video.frames(0) * recipe.clip().stride();
  }

  private int[] stored(int[] frames, StoredVideo video) {
    for (int t = 0; t < frames.length; t++) {
      frames[t] = Math.min(frames[t] / recipe.clip().stride(), video.frames(0) - 1);
    }
    return frames;
  }
}

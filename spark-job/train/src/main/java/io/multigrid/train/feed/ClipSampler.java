package io.multigrid.train.feed;

import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.VideoEntry;

/**
 * Chooses the frames and the window of a clip: pure functions of the recipe, the stored video and
 * the clip's draws.
 *
 * <p>A clip of T frames at temporal stride r covers r x T frames of the recipe's frame rate. Its
 * positions are spread evenly over that span, as in the authors' decoder, and mapped to the nearest
 * stored frame. A video shorter than the span is stretched: its last frame repeats.
 */
final class ClipSampler {
  private static final int STRIDE = 0;
  private static final int START = 1;
  private static final int SCALE = 2;
  private static final int LEFT = 3;
  private static final int TOP = 4;
  private static final int MIRROR = 5;

  private final Recipe recipe;

  ClipSampler(Recipe recipe) {
    this.recipe = recipe;
  }

  /** Stored frames of a training clip. */
  int[] trainFrames(Iteration iteration, VideoEntry video, Draws draws) {
    int stride =
        iteration.minStride()
            + draws.below(STRIDE, iteration.maxStride() - iteration.minStride() + 1);
    double span = stride * (double) iteration.frames();
    double start = draws.uniform(START) * Math.max(length(video) - span, 0);
    return frames(start, span, iteration.frames(), video);
  }

  /** The window of a training clip within stored frames of a size: scale and place are drawn. */
  ClipWindow trainWindow(Iteration iteration, Size stored, Draws draws) {
    int[] shortSides = Grids.shortSideRange(recipe, iteration.crop());
    int shortSide = shortSides[0] + draws.below(SCALE, shortSides[1] - shortSides[0] + 1);
    double side = side(stored, iteration.crop(), shortSide);
    return new ClipWindow(
        draws.uniform(LEFT) * (stored.width() - side),
        draws.uniform(TOP) * (stored.height() - side),
        side,
        recipe.clip().flip() && draws.uniform(MIRROR) < 0.5);
  }

  /**
   * Stored frames of an evaluation view, at the base stride: the rule chooses among frames of the
   * recipe's rate, of which every stride-th is stored.
   */
  int[] evaluationFrames(Sampling.Rule rule, VideoEntry video, View view) {
    int stride = recipe.clip().stride();
    int[] frames =
        Sampling.view(
            rule,
            video.frames() * stride,
            recipe.clip().frames(),
            stride,
            view.time(),
            view.times());
    for (int t = 0; t < frames.length; t++) {
      frames[t] = Math.min(frames[t] / stride, video.frames() - 1);
    }
    return frames;
  }

  /**
   * The window of an evaluation view: evenly spaced along the longer side; a single one is central.
   */
  static ClipWindow evaluationWindow(Size stored, View view, int crop, int shortSide) {
    double side = side(stored, crop, shortSide);
    double along = fraction(view.position(), view.positions());
    boolean wide = stored.width() >= stored.height();
    return new ClipWindow(
        (stored.width() - side) * (wide ? along : 0.5),
        (stored.height() - side) * (wide ? 0.5 : along),
        side,
        false);
  }

  /** Size of a stored video, in pixels. */
  record Size(int width, int height) {}

  /** One of the evaluation views of a video. */
  record View(int time, int times, int position, int positions) {}

  private static double fraction(int index, int count) {
    return count == 1 ? 0.5 : index / (double) (count - 1);
  }

  private static double side(Size stored, int crop, int shortSide) {
    double shorter = Math.min(stored.width(), stored.height());
    return Math.min(shorter, shorter * crop / shortSide);
  }

  /** Frames of the recipe's frame rate that a stored video covers. */
  private double length(VideoEntry video) {
    return video.frames() * (double) recipe.clip().stride();
  }

  private int[] frames(double start, double span, int count, VideoEntry video) {
    return frames(start, span, count, recipe.clip().stride(), video.frames());
  }

  /** T positions spread evenly over [start, start + span - 1], as stored frame numbers. */
  static int[] frames(double start, double span, int count, int storedStride, int storedFrames) {
    int[] frames = new int[count];
    double step = count == 1 ? 0 : (span - 1) / (count - 1);
    for (int t = 0; t < count; t++) {
      long stored = (long) Math.floor((start + t * step) / storedStride);
      frames[t] = (int) Math.max(0, Math.min(storedFrames - 1L, stored));
    }
    return frames;
  }
}

package io.multigrid.schedules;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Sizes and batches of grids: the one place where factors become whole numbers. A coarse grid has
 * fewer frames and pixels of a clip and as many more clips, so that an iteration costs the same: b
 * x t x h x w = B x T x H x W (the paper, section 3.1).
 */
public final class Grids {
  private Grids() {}

  /** Rounds half to even, as the authors' code does: 2.5 frames are 2. */
  static int round(double value) {
    return (int) Math.rint(value);
  }

  /** T of a long-cycle factor. */
  static int frames(Clip clip, double factor) {
    return round(clip.frames() * factor);
  }

  /** S of a long- or short-cycle factor. */
  static int crop(Clip clip, double factor) {
    return round(clip.crop() * factor);
  }

  /** Clips at t x s x s that cost as much as one at the finest grid: T S^2 / (t s^2), rounded. */
  static int batchFactor(Clip clip, int frames, double crop) {
    double finest = (double) clip.frames() * clip.crop() * clip.crop();
    return round(finest / (frames * crop * crop));
  }

  /**
   * Clips at a short-cycle factor f that cost as much as one at crop s of the stage: (s / f S)^2.
   */
  static int shortFactor(Clip clip, int stageCrop, double factor) {
    double ratio = stageCrop / (factor * clip.crop());
    return round(ratio * ratio);
  }

  /** The stride that spans as much of a video with fewer frames: stride x floor(T / t). */
  static int greatestStride(Clip clip, int frames) {
    return clip.stride() * Math.max(1, clip.frames() / frames);
  }

  /** Every crop that the recipe's iterations use, coarse to fine; the finest is always there. */
  public static List<Integer> crops(Recipe recipe) {
    SortedSet<Integer> crops = new TreeSet<>();
    crops.add(recipe.clip().crop());
    if (recipe.cycles().longCycle()) {
      recipe.cycles().longFactors().forEach(f -> crops.add(crop(recipe.clip(), f.crop())));
    }
    if (recipe.cycles().shortCycle()) {
      recipe.cycles().shortFactors().forEach(f -> crops.add(crop(recipe.clip(), f)));
    }
    return List.copyOf(crops);
  }

  /** The grids that shards are needed of, coarse to fine. */
  public static List<StoredGrid> stored(Recipe recipe) {
    return crops(recipe).stream().map(crop -> forCrop(recipe, crop)).distinct().toList();
  }

  /** The grid that clips of a crop are cut from. */
  public static StoredGrid forCrop(Recipe recipe, int crop) {
    Clip clip = recipe.clip();
    return new StoredGrid(shortSideRange(recipe, crop)[1], clip.fps() / clip.stride());
  }

  /** Least and greatest short side, in pixels, that a video is scaled to before a crop. */
  public static int[] shortSideRange(Recipe recipe, int crop) {
    Clip clip = recipe.clip();
    double shrink = crop / (double) clip.crop();
    int least = round(clip.jitterMin() * shrink);
    int greatest =
        clip.jitterReading() == JitterReading.BOTH
            ? round(clip.jitterMax() * shrink)
            : clip.jitterMax();
    return new int[] {least, greatest};
  }
}

package io.multigrid.schedules;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Sizes and batches of grids: the one place where factors become whole numbers. */
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

  /** Clips at T x S x S that cost as much as one at the finest grid. */
  static int batchFactor(Clip clip, int frames, double crop) {
    double finest = (double) clip.frames() * clip.crop() * clip.crop();
    return round(finest / (frames * crop * crop));
  }

  /** Clips at a short-cycle factor that cost as much as one at crop S of the stage. */
  static int shortFactor(Clip clip, int stageCrop, double factor) {
    double ratio = stageCrop / (factor * clip.crop());
    return round(ratio * ratio);
  }

  /** Short-cycle shapes of a stage: every short factor, then the stage's own crop. */
  static List<ShortShape> shortCycle(Recipe recipe, int stageCrop, int batch) {
    List<ShortShape> shapes = new ArrayList<>();
    if (recipe.cycles().shortCycle()) {
      for (double factor : recipe.cycles().shortFactors()) {
        int clips = batch * shortFactor(recipe.clip(), stageCrop, factor);
        shapes.add(new ShortShape(clips, crop(recipe.clip(), factor)));
      }
    }
    shapes.add(new ShortShape(batch, stageCrop));
    return shapes;
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

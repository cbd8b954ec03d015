package io.multigrid.schedules;

import java.util.ArrayList;
import java.util.List;

/**
 * The short cycle (the paper, section 3.2): from one iteration to the next the crop turns through
 * the short factors of the finest one and ends at the stage's own, S. At crop s there are B (S /
 * s)^2 clips, so an iteration costs the same: b x t x h x w = B x T x H x W (section 3.1).
 */
final class ShortCycle {
  private ShortCycle() {}

  /** The turns of a stage: every short factor, then the stage's own crop. */
  static List<ShortShape> turns(Recipe recipe, int stageCrop, int batch) {
    List<ShortShape> shapes = new ArrayList<>();
    if (recipe.cycles().shortCycle()) {
      for (double factor : recipe.cycles().shortFactors()) {
        int clips = batch * Grids.shortFactor(recipe.clip(), stageCrop, factor);
        shapes.add(new ShortShape(clips, Grids.crop(recipe.clip(), factor)));
      }
    }
    shapes.add(new ShortShape(batch, stageCrop));
    return List.copyOf(shapes);
  }

  /**
   * Whole batches of an epoch, at least one. Every worker has ceil(N / workers) of the videos and
   * the cycle starts anew, as in the authors' loader.
   */
  static long iterations(List<ShortShape> turns, long videos, int workers) {
    long mine = (videos + workers - 1) / workers;
    long cycle = turns.stream().mapToLong(s -> s.batch() / workers).sum();
    long iterations = mine / cycle * turns.size();
    long left = mine % cycle;
    for (ShortShape shape : turns) {
      left -= shape.batch() / workers;
      if (left < 0) {
        break;
      }
      iterations++;
    }
    return Math.max(iterations, 1);
  }

  /** Clips, over all workers, of the first iterations of an epoch. */
  static long clips(List<ShortShape> turns, long iterations) {
    long clips = iterations / turns.size() * turns.stream().mapToLong(ShortShape::batch).sum();
    for (int i = 0; i < iterations % turns.size(); i++) {
      clips += turns.get(i).batch();
    }
    return clips;
  }
}

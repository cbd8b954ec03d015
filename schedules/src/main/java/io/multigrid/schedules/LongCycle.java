package io.multigrid.schedules;

import java.util.ArrayList;
import java.util.List;

/**
 * The long cycle's schedule (the paper, section 3.2): in every learning-rate step but the last the
 * shapes go from coarse to fine; the last step is fine-tuning at the finest shape. With m_l the
 * mean batch factor of shape l over the short cycle, E_s the baseline's epochs of step s:
 *
 * <pre>
 * epochs of shape l in step s:  E_s m_l / sum(m), so that every shape has E_s / sum(m) iterations
 * saving:                       baseline's epochs before the last step / iterations of the above
 * epochs of fine-tuning:        E_last / saving x m_finest, the same saving of iterations
 * </pre>
 *
 * (iterations in those of a baseline's epoch). The whole is then stretched to {@code epochFactor}
 * times the baseline's epochs. Ends are rounded cumulatively, half to even, so a phase can be
 * empty.
 */
final class LongCycle {
  private LongCycle() {}

  /** A phase that ends before an epoch. */
  record Phase(int step, int batchFactor, int frames, int crop, int endEpoch) {}

  private record Level(int batchFactor, int frames, int crop, double meanFactor) {}

  private record Span(int step, Level level, double epochs) {}

  static List<Phase> phases(Recipe recipe) {
    return recipe.cycles().longCycle() ? turned(recipe) : plain(recipe);
  }

  /**
   * One phase a step at the finest shape. The short cycle alone stretches steps and end, cut off.
   */
  private static List<Phase> plain(Recipe recipe) {
    double factor = recipe.cycles().shortCycle() ? recipe.cycles().epochFactor() : 1;
    Clip clip = recipe.clip();
    List<Integer> steps = recipe.solver().steps();
    List<Phase> phases = new ArrayList<>();
    for (int step = 0; step < steps.size(); step++) {
      int end = step + 1 < steps.size() ? steps.get(step + 1) : recipe.solver().epochs();
      phases.add(new Phase(step, 1, clip.frames(), clip.crop(), (int) (end * factor)));
    }
    return phases;
  }

  private static List<Phase> turned(Recipe recipe) {
    List<Level> levels =
        recipe.cycles().longFactors().stream().map(factor -> level(recipe, factor)).toList();
    List<Integer> steps = recipe.solver().steps();
    double sum = levels.stream().mapToDouble(Level::meanFactor).sum();
    List<Span> spans = new ArrayList<>();
    double iterations = 0;
    for (int step = 0; step + 1 < steps.size(); step++) {
      int stepEpochs = steps.get(step + 1) - steps.get(step);
      for (Level level : levels) {
        double epochs = stepEpochs * level.meanFactor() / sum;
        iterations += epochs / level.meanFactor();
        spans.add(new Span(step, level, epochs));
      }
    }
    int last = steps.get(steps.size() - 1);
    Level finest = levels.get(levels.size() - 1);
    double tuning = recipe.solver().epochs() - last;
    // With one step there is nothing to compare with: all of it is fine-tuning, with no saving.
    double saving = steps.size() > 1 ? last / iterations : 1;
    spans.add(new Span(steps.size() - 1, finest, tuning / saving * finest.meanFactor()));

    double total = spans.stream().mapToDouble(Span::epochs).sum();
    double stretch = recipe.solver().epochs() * recipe.cycles().epochFactor() / total;
    List<Phase> phases = new ArrayList<>();
    double end = 0;
    for (Span span : spans) {
      end += span.epochs() * stretch;
      Level level = span.level();
      phases.add(
          new Phase(
              span.step(), level.batchFactor(), level.frames(), level.crop(), Grids.round(end)));
    }
    return phases;
  }

  /** The mean is over the short cycle: it decides how many iterations an epoch has. */
  private static Level level(Recipe recipe, Cycles.LongFactor factor) {
    Clip clip = recipe.clip();
    int frames = Grids.frames(clip, factor.frames());
    int crop = Grids.crop(clip, factor.crop());
    int batchFactor = Grids.batchFactor(clip, frames, crop);
    double sum = batchFactor;
    int count = 1;
    if (recipe.cycles().shortCycle()) {
      for (double shortFactor : recipe.cycles().shortFactors()) {
        sum += Grids.batchFactor(clip, frames, clip.crop() * shortFactor);
        count++;
      }
    }
    return new Level(batchFactor, frames, crop, sum / count);
  }
}

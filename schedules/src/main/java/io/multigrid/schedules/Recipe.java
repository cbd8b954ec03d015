package io.multigrid.schedules;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.networks.Model;
import java.io.Serializable;
import java.util.List;

/**
 * What a training run is a function of, together with the data set.
 *
 * @param workers N logical data-parallel workers
 * @param batch clips of an iteration over all workers at the finest grid
 */
public record Recipe(
    int workers, int batch, Clip clip, Cycles cycles, Solver solver, Model model, long seed)
    implements Serializable {
  /**
   * @throws ConfigurationException listing everything in the settings that no plan can be made of
   */
  public static Recipe from(Settings settings) {
    RecipeReader reader = new RecipeReader(settings);
    Recipe recipe = reader.read();
    List<Problem> problems = reader.problems();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return recipe;
  }

  /**
   * The same recipe at its finest shape throughout: the baseline that a multigrid run starts from.
   */
  public Recipe withoutCycles() {
    return new Recipe(workers, batch, clip, cycles.off(), solver, model, seed);
  }
}

package io.multigrid.train.settings;

import io.multigrid.config.Settings;
import io.multigrid.schedules.Recipe;
import java.util.ArrayList;
import java.util.List;

/** A training by multigrid, and the baselines that it is compared with. */
public final class ComparedSettings {
  private final Settings multigrid;

  public ComparedSettings(Settings multigrid) {
    this.multigrid = multigrid;
  }

  public RunSettings multigrid() {
    return RunSettings.from(multigrid);
  }

  public RunSettings baseline() {
    return RunSettings.from(withoutCycles());
  }

  /** The baseline with its schedule in a share of the epochs. */
  public RunSettings baseline(double share) {
    return RunSettings.from(shortened(withoutCycles(), share));
  }

  private Settings withoutCycles() {
    return multigrid.with("cycles.long", false).with("cycles.short", false);
  }

  /**
   * The same schedule in a share of the epochs: steps and warm-up shrink with it. Every step keeps
   * an epoch of its own, which rounding alone would take from some.
   */
  static Settings shortened(Settings settings, double share) {
    Recipe recipe = Recipe.from(settings);
    int epochs =
        Math.max(
            recipe.solver().steps().size(), (int) Math.round(recipe.solver().epochs() * share));
    double exact = epochs / (double) recipe.solver().epochs();
    List<Integer> steps = new ArrayList<>();
    for (int step : recipe.solver().steps()) {
      int left = recipe.solver().steps().size() - steps.size();
      int least = steps.isEmpty() ? 0 : steps.get(steps.size() - 1) + 1;
      int most = epochs - left;
      steps.add(Math.min(most, Math.max(least, (int) Math.round(step * exact))));
    }
    return settings
        .with("solver.epochs", epochs)
        .with("solver.steps", steps)
        .with("solver.warmup-epochs", recipe.solver().warmup().epochs() * exact);
  }
}

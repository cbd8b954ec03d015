package io.multigrid.schedules;

import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.networks.Cost;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a recipe's sections and collects everything that is impossible about them together. */
final class RecipeReader {
  /** Far below what an int counts. */
  private static final int MOST_EPOCHS = 1_000_000;

  /** What decides which clips a model takes. */
  private static final String[] TAKEN = {
    "model.name",
    "model.alpha",
    "model.depth",
    "model.blocks",
    "model.temporal-kernels",
    "model.temporal-pool",
    "model.fusion-kernel",
    "model.nonlocal"
  };

  private final Settings settings;
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> refusals = new LinkedHashSet<>();
  private final Section top;
  private final Section cycles;

  RecipeReader(Settings settings) {
    this.settings = settings;
    this.top = settings.section("", problems);
    this.cycles = settings.section("cycles", problems);
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  Recipe read() {
    Recipe recipe =
        new Recipe(
            top.positive("workers"),
            top.positive("batch"),
            Clip.read(settings.section("clip", problems)),
            Cycles.read(cycles),
            Solver.read(settings.section("solver", problems)),
            new ModelReader(settings.section("model", problems)).read(),
            top.longInteger("seed"));
    checkEpochs(recipe);
    checkBatch(recipe);
    if (top.sound("clip.frames", "clip.crop", "cycles.long", "cycles.long-factors")) {
      checkGrids(recipe);
    }
    refusals.forEach(this::refuse);
    return recipe;
  }

  private void checkEpochs(Recipe recipe) {
    double factor = recipe.cycles().epochFactor();
    if (top.sound("solver.epochs", "cycles.epoch-factor")
        && recipe.solver().epochs() * Math.max(factor, 1) > MOST_EPOCHS) {
      settings
          .section("solver", problems)
          .problem(
              "epochs",
              "times cycles.epoch-factor = %s, must be at most %s epochs"
                  .formatted(factor, MOST_EPOCHS),
              "train for fewer");
    }
  }

  private void checkBatch(Recipe recipe) {
    int workers = recipe.workers();
    int batch = recipe.batch();
    if (!top.sound("workers", "batch") || batch % workers == 0) {
      return;
    }
    if (top.standard("batch") && !top.standard("workers")) {
      top.problem(
          "workers", "must divide batch = " + batch, "give another number, or another batch");
      return;
    }
    long next = (batch / workers + 1L) * workers;
    top.problem(
        "batch",
        "must be a multiple of workers = " + workers,
        next <= Integer.MAX_VALUE ? "the next is " + next : "the last is " + (next - workers));
  }

  /** Every grid must exist, and the model must take its clips. */
  private void checkGrids(Recipe recipe) {
    Clip clip = recipe.clip();
    if (!recipe.cycles().longCycle()) {
      checkClips(recipe, clip.frames(), clip.crop());
    } else {
      for (Cycles.LongFactor factor : recipe.cycles().longFactors()) {
        checkLong(recipe, factor);
      }
    }
    if (recipe.cycles().shortCycle()
        && top.sound(
            "cycles.long-factors", "cycles.short", "cycles.short-factors", "solver.steps")) {
      List<LongCycle.Phase> phases = LongCycle.phases(recipe);
      int frames = phases.stream().mapToInt(LongCycle.Phase::frames).min().orElseThrow();
      for (double factor : recipe.cycles().shortFactors()) {
        int crop = Grids.crop(clip, factor);
        if (crop < 1) {
          cycles.problem(
              "short-factors",
              "crop %s x %s rounds to %s; it must be at least 1"
                  .formatted(clip.crop(), factor, crop),
              "raise clip.crop or the factor");
        } else {
          checkClips(recipe, frames, crop);
        }
      }
      checkTurns(recipe, phases);
    }
  }

  /** A short crop far above a stage's own would have to have less than one clip. */
  private void checkTurns(Recipe recipe, List<LongCycle.Phase> phases) {
    for (int stage = 0; stage < phases.size(); stage++) {
      int crop = phases.get(stage).crop();
      for (ShortShape turn : ShortCycle.turns(recipe, crop, 1)) {
        if (turn.batch() < 1) {
          cycles.problem(
              "short-factors",
              "crop %s of the short cycle is too large beside crop %s of stage %s: no clip costs as little"
                  .formatted(turn.crop(), crop, stage),
              "keep short factors below the long cycle's");
          return;
        }
      }
    }
  }

  private void checkLong(Recipe recipe, Cycles.LongFactor factor) {
    Clip clip = recipe.clip();
    int frames = Grids.frames(clip, factor.frames());
    int crop = Grids.crop(clip, factor.crop());
    if (frames < 1 || crop < 1) {
      cycles.problem(
          "long-factors",
          "%s frames x %s and crop %s x %s round to %s frames at crop %s; both must be at least 1"
              .formatted(clip.frames(), factor.frames(), clip.crop(), factor.crop(), frames, crop),
          "raise clip.frames or the factor");
    } else {
      checkClips(recipe, frames, crop);
    }
  }

  private void checkClips(Recipe recipe, int frames, int crop) {
    if (top.sound(TAKEN)) {
      refusals.addAll(Cost.refusals(recipe.model(), frames, crop));
    }
  }

  private void refuse(String refusal) {
    settings
        .section("model", problems)
        .problem(
            "name",
            "cannot take the clips of a grid: " + refusal,
            "change clip.frames, clip.crop, the cycles' factors or the model");
  }
}

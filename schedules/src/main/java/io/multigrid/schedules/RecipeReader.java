package io.multigrid.schedules;

import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.networks.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a recipe and collects everything that is impossible about it. */
final class RecipeReader {
  private final Settings settings;
  private final List<Problem> problems = new ArrayList<>();

  RecipeReader(Settings settings) {
    this.settings = settings;
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  Recipe read() {
    Recipe recipe =
        new Recipe(
            positive("workers"),
            positive("batch"),
            clip(),
            cycles(),
            solver(),
            new ModelReader(settings, problems).read(),
            settings.longInteger("seed"));
    if (problems.isEmpty()) {
      checkBatches(recipe);
    }
    return recipe;
  }

  private Clip clip() {
    List<Integer> jitter = settings.integers("clip.jitter");
    int crop = positive("clip.crop");
    if (jitter.size() != 2 || jitter.get(0) > jitter.get(1) || jitter.get(0) < crop) {
      problem(
          "clip.jitter",
          "must be two short sides in pixels, ascending, none below clip.crop = " + crop,
          "for example [" + Math.round(crop * 8 / 7.0) + ", " + Math.round(crop * 10 / 7.0) + "]");
      jitter = List.of(crop, crop);
    }
    double fps = settings.number("clip.fps");
    if (!(fps > 0)) {
      problem("clip.fps", "must be above 0 frames a second", "30 is usual");
    }
    return new Clip(
        positive("clip.frames"),
        positive("clip.stride"),
        crop,
        jitter.get(0),
        jitter.get(1),
        fps,
        choice("clip.jitter-reading", JitterReading.BOTH),
        choice("clip.jitter-draw", JitterDraw.UNIFORM),
        choice("clip.sampling", FrameRule.KINETICS),
        settings.flag("clip.flip"));
  }

  private Cycles cycles() {
    List<Cycles.LongFactor> longFactors = new ArrayList<>();
    for (List<Double> pair : settings.pairs("cycles.long-factors")) {
      if (pair.size() != 2 || !share(pair.get(0)) || !share(pair.get(1))) {
        problem(
            "cycles.long-factors",
            "every entry must be [frames, crop], each above 0 and at most 1",
            "the paper's are [0.25, 0.7071], [0.5, 0.7071], [0.5, 1], [1, 1]");
        longFactors = List.of(new Cycles.LongFactor(1, 1));
        break;
      }
      longFactors.add(new Cycles.LongFactor(pair.get(0), pair.get(1)));
    }
    if (longFactors.isEmpty()) {
      problem("cycles.long-factors", "must have at least one entry", "[1, 1] is the finest grid");
      longFactors = List.of(new Cycles.LongFactor(1, 1));
    }
    List<Double> shortFactors = settings.numbers("cycles.short-factors");
    if (!shortFactors.stream().allMatch(RecipeReader::share)) {
      problem(
          "cycles.short-factors", "must be above 0 and at most 1", "the paper's are [0.5, 0.7071]");
    }
    return new Cycles(
        settings.flag("cycles.long"),
        settings.flag("cycles.short"),
        above("cycles.epoch-factor", 0),
        positive("cycles.bn-group"),
        List.copyOf(longFactors),
        shortFactors);
  }

  private Solver solver() {
    int epochs = positive("solver.epochs");
    List<Integer> steps = settings.integers("solver.steps");
    Solver.Policy policy = choice("solver.policy", Solver.Policy.STEPS);
    if (steps.isEmpty()) {
      // A cosine has no steps: its long cycle turns once, before no fine-tuning step.
      if (policy == Solver.Policy.STEPS) {
        problem("solver.steps", "must not be empty", "[0] is a constant rate");
      }
      steps = List.of(0);
    } else if (steps.get(0) != 0) {
      problem(
          "solver.steps",
          "must begin with 0, or the epochs before " + steps.get(0) + " have no rate",
          "put a 0 first");
    }
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i) <= steps.get(i - 1)) {
        problem("solver.steps", "must ascend", "sort them and leave out repetitions");
        break;
      }
    }
    if (steps.get(steps.size() - 1) > epochs) {
      problem(
          "solver.epochs",
          "must not be below the last of solver.steps, " + steps.get(steps.size() - 1),
          "train longer, or give solver.steps that end before");
    }
    double warmup = settings.number("solver.warmup-epochs");
    if (!(warmup >= 0 && warmup <= epochs)) {
      problem("solver.warmup-epochs", "must be 0 to solver.epochs = " + epochs, "");
    }
    double momentum = settings.number("solver.momentum");
    if (!(momentum >= 0 && momentum < 1)) {
      problem("solver.momentum", "must be at least 0 and below 1", "0.9 is usual");
    }
    // Without momentum, Nesterov's step is the plain one.
    boolean nesterov = settings.flag("solver.nesterov") && momentum > 0;
    return new Solver(
        above("solver.learning-rate", 0),
        policy,
        steps,
        above("solver.gamma", 0),
        epochs,
        warmup,
        notNegative("solver.warmup-start"),
        momentum,
        nesterov,
        notNegative("solver.weight-decay"),
        notNegative("solver.bn-weight-decay"),
        limit("solver.clip-gradient-norm"),
        limit("solver.clip-gradient-value"));
  }

  /** 0 stands for none. */
  private double limit(String path) {
    double value = notNegative(path);
    return value == 0 ? Double.POSITIVE_INFINITY : value;
  }

  /** What depends on several settings: every grid must exist and every batch must divide. */
  private void checkBatches(Recipe recipe) {
    Clip clip = recipe.clip();
    if (recipe.batch() % recipe.workers() != 0) {
      problem(
          "batch",
          "must be a multiple of workers = " + recipe.workers(),
          "the next is " + (recipe.batch() / recipe.workers() + 1) * recipe.workers());
    }
    if (recipe.cycles().longCycle()) {
      for (Cycles.LongFactor factor : recipe.cycles().longFactors()) {
        int frames = Grids.frames(clip, factor.frames());
        int crop = Grids.crop(clip, factor.crop());
        if (frames < 1 || crop < 1) {
          problem(
              "cycles.long-factors",
              "%d frames x %s and crop %d x %s round to %d frames at crop %d; both must be at least 1"
                  .formatted(
                      clip.frames(), factor.frames(), clip.crop(), factor.crop(), frames, crop),
              "raise clip.frames or the factor");
        } else {
          checkClips(recipe, frames, crop);
        }
      }
    } else {
      checkClips(recipe, clip.frames(), clip.crop());
    }
    if (recipe.cycles().shortCycle() && problems.isEmpty()) {
      int frames = Plan.of(recipe, 1).stages().stream().mapToInt(Stage::frames).min().orElseThrow();
      for (double factor : recipe.cycles().shortFactors()) {
        checkClips(recipe, frames, Grids.crop(clip, factor));
      }
    }
    if (!problems.isEmpty()) {
      return;
    }
    int previous = 0;
    for (Stage stage : Plan.of(recipe, 1).stages()) {
      if (stage.endEpoch() < previous) {
        problem(
            "solver.epochs",
            "gives decreasing stage ends: stage "
                + stage.index()
                + " would end at "
                + stage.endEpoch()
                + " after "
                + previous,
            "make it larger than the last step");
      }
      previous = stage.endEpoch();
    }
  }

  private void checkClips(Recipe recipe, int frames, int crop) {
    for (String refusal : Cost.refusals(recipe.model(), frames, crop)) {
      problem(
          "model.name",
          "cannot take the clips of a grid: " + refusal,
          "change clip.frames, clip.crop, the cycles' factors or the model");
    }
  }

  private static boolean share(double value) {
    return value > 0 && value <= 1;
  }

  private int positive(String path) {
    int value = settings.integer(path);
    if (value < 1) {
      problem(path, "must be at least 1", "");
    }
    return value;
  }

  private double above(String path, double limit) {
    double value = settings.number(path);
    if (!(value > limit)) {
      problem(path, "must be above " + limit, "");
    }
    return value;
  }

  private double notNegative(String path) {
    double value = settings.number(path);
    if (!(value >= 0)) {
      problem(path, "must not be negative", "");
    }
    return value;
  }

  private <E extends Enum<E>> E choice(String path, E fallback) {
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(settings.text(path))) {
        return constant;
      }
    }
    List<String> names = new ArrayList<>();
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      names.add(constant.name().toLowerCase(Locale.ROOT));
    }
    problem(path, "must be one of " + String.join(", ", names), "choose one of them");
    return fallback;
  }

  private void problem(String path, String limit, String remedy) {
    problems.add(settings.problem(path, limit, remedy));
  }
}

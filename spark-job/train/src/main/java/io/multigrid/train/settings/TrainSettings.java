package io.multigrid.train.settings;

import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.config.Settings;
import io.multigrid.shard.Split;
import io.multigrid.train.feed.ClipFeed;
import io.multigrid.train.feed.EvaluationClips;
import io.multigrid.train.feed.Patience;
import io.multigrid.train.feed.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What training and evaluation need to know beside the recipe.
 *
 * @param patience seconds that the cluster may take to give all executors
 */
public record TrainSettings(
    String engine,
    int executors,
    int threads,
    String device,
    String compression,
    double patience,
    ClipFeed.Ahead ahead,
    EvaluationClips.Views views,
    Split split,
    int evaluateEveryEpochs,
    int preciseBatches,
    double progressSeconds,
    CheckpointPolicy checkpoints,
    Limits limits) {
  /** The device that stands for the GPU that Spark gave to the executor. */
  public static final String ASSIGNED_GPU = "gpu";

  private static final String DEVICES = "cpu|" + ASSIGNED_GPU + "|cuda:\\d{1,3}";

  public static TrainSettings from(Settings settings) {
    List<Problem> problems = new ArrayList<>();
    for (String key :
        List.of(
            "engine.executors",
            "feed.threads",
            "feed.prefetch",
            "evaluate.views",
            "evaluate.crops",
            "evaluate.crop",
            "evaluate.short-side",
            "checkpoint.keep",
            "divergence.iterations")) {
      if (settings.integer(key) < 1) {
        problems.add(settings.problem(key, "must be at least 1", "give a positive number"));
      }
    }
    for (String key :
        List.of(
            "engine.threads",
            "engine.restarts",
            "evaluate.every-epochs",
            "evaluate.precise-batches",
            "checkpoint.every-iterations")) {
      if (settings.integer(key) < 0) {
        problems.add(settings.problem(key, "must not be negative", "give 0 or more"));
      }
    }
    if (settings.number("divergence.factor") < 0) {
      problems.add(settings.problem("divergence.factor", "must not be negative", "give 0 or more"));
    }
    double patience = seconds(settings, "engine.patience", problems);
    double feedPatience = seconds(settings, "feed.patience", problems);
    double progress = seconds(settings, "progress.every-seconds", problems);
    double checkpoints = seconds(settings, "checkpoint.every-minutes", problems);
    int crop = settings.integer("evaluate.crop");
    if (crop > settings.integer("evaluate.short-side")) {
      problems.add(
          settings.problem(
              "evaluate.crop",
              "must be at most evaluate.short-side = " + settings.integer("evaluate.short-side"),
              "make the crop smaller or the short side larger"));
    }
    Split split = Split.VALIDATION;
    try {
      split = Split.valueOf(settings.text("evaluate.split").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      problems.add(
          settings.problem(
              "evaluate.split", "must be one of train, validation, test", "choose one of them"));
    }
    Sampling.Rule rule = choice(settings, "evaluate.sampling", Sampling.Rule.EVEN, problems);
    EvaluationClips.Combine combine =
        choice(settings, "evaluate.combine", EvaluationClips.Combine.MEAN, problems);
    EvaluationClips.Pooling pooling =
        choice(settings, "evaluate.pooling", EvaluationClips.Pooling.CLIP, problems);
    if (pooling == EvaluationClips.Pooling.WINDOWS && crop < settings.integer("clip.crop")) {
      problems.add(
          settings.problem(
              "evaluate.crop",
              "must be at least clip.crop = %d with evaluate.pooling = windows"
                  .formatted(settings.integer("clip.crop")),
              "make it larger, or set evaluate.pooling = clip"));
    }
    if (!List.of("none", "fp16").contains(settings.text("engine.compression"))) {
      problems.add(
          settings.problem("engine.compression", "must be none or fp16", "choose one of them"));
    }
    if (!settings.text("engine.device").matches(DEVICES)) {
      problems.add(
          settings.problem(
              "engine.device",
              "must be cpu, cuda:0 (or another number), or gpu",
              "choose one of them; gpu is the one that Spark assigned to the executor"));
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    int threads = settings.integer("engine.threads");
    return new TrainSettings(
        settings.text("engine.name"),
        settings.integer("engine.executors"),
        threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
        settings.text("engine.device"),
        settings.text("engine.compression"),
        patience,
        new ClipFeed.Ahead(
            settings.integer("feed.threads"),
            settings.integer("feed.prefetch"),
            new Patience(feedPatience)),
        new EvaluationClips.Views(
            rule,
            settings.integer("evaluate.views"),
            settings.integer("evaluate.crops"),
            crop,
            settings.integer("evaluate.short-side"),
            pooling,
            combine),
        split,
        settings.integer("evaluate.every-epochs"),
        settings.integer("evaluate.precise-batches"),
        progress,
        new CheckpointPolicy(
            settings.integer("checkpoint.every-iterations"),
            checkpoints,
            settings.integer("checkpoint.keep")),
        new Limits(
            settings.integer("engine.restarts"),
            settings.share("feed.max-damaged"),
            settings.number("divergence.factor"),
            settings.integer("divergence.iterations")));
  }

  private static double seconds(Settings settings, String key, List<Problem> problems) {
    return settings.section("", problems).duration(key).toNanos() / 1e9;
  }

  private static <E extends Enum<E>> E choice(
      Settings settings, String key, E fallback, List<Problem> problems) {
    List<String> names = new ArrayList<>();
    for (E constant : fallback.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(settings.text(key))) {
        return constant;
      }
      names.add(name);
    }
    problems.add(
        settings.problem(key, "must be one of " + String.join(", ", names), "choose one of them"));
    return fallback;
  }
}

package io.multigrid.train.settings;

import io.multigrid.config.Problem;
import io.multigrid.config.Section;
import io.multigrid.config.Settings;
import io.multigrid.shard.Split;
import io.multigrid.train.feed.EvaluationClips;
import io.multigrid.train.feed.Sampling;
import java.util.List;

/**
 * How a model is evaluated: the settings {@code evaluate}.
 *
 * @param everyEpochs while training; 0 for only at the end
 * @param preciseBatches that batch statistics are computed anew over first; 0 for the running ones
 */
public record EvaluateSettings(
    EvaluationClips.Views views, Split split, int everyEpochs, int preciseBatches) {
  static EvaluateSettings read(Settings settings, List<Problem> problems) {
    Section evaluate = settings.section("evaluate", problems);
    int crop = evaluate.positive("crop");
    int shortSide = evaluate.positive("short-side");
    if (evaluate.sound("crop", "short-side") && crop > shortSide) {
      evaluate.problem(
          "crop",
          "must be at most evaluate.short-side = " + shortSide,
          "make the crop smaller or the short side larger");
    }
    EvaluationClips.Pooling pooling = evaluate.choice("pooling", EvaluationClips.Pooling.CLIP);
    Section top = settings.section("", problems);
    int trained = top.integer("clip.crop");
    if (top.sound("clip.crop", "evaluate.crop", "evaluate.pooling")
        && pooling == EvaluationClips.Pooling.WINDOWS
        && crop < trained) {
      evaluate.problem(
          "crop",
          "must be at least clip.crop = %s with evaluate.pooling = windows".formatted(trained),
          "make it larger, or set evaluate.pooling = clip");
    }
    return new EvaluateSettings(
        new EvaluationClips.Views(
            evaluate.choice("sampling", Sampling.Rule.EVEN),
            evaluate.positive("views"),
            evaluate.positive("crops"),
            crop,
            shortSide,
            pooling,
            evaluate.choice("combine", EvaluationClips.Combine.MEAN)),
        evaluate.choice("split", Split.VALIDATION),
        evaluate.natural("every-epochs"),
        evaluate.natural("precise-batches"));
  }
}

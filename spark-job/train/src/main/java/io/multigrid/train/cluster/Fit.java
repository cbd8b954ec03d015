package io.multigrid.train.cluster;

import io.multigrid.config.Problem;
import io.multigrid.config.Recorded;
import io.multigrid.networks.Cost;
import io.multigrid.networks.Model;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Whether recipe, network and data set fit each other; every misfit is told at once. */
final class Fit {
  private Fit() {}

  static List<Problem> problems(Recorded settings, Recipe recipe, Plan plan, Dataset data) {
    List<Problem> problems = new ArrayList<>();
    if (recipe.model().classes() != data.classes().size()) {
      problems.add(
          settings.problem(
              "model.classes",
              "the data set has " + data.classes().size() + " classes",
              "set model.classes = " + data.classes().size()));
    }
    if (data.size(Split.TRAIN) == 0) {
      problems.add(
          new Problem(
              data.uri(), "train videos", "0", "at least one", "prepare videos for training"));
    }
    labels(problems, settings, recipe, data);
    for (StoredGrid grid : Grids.stored(recipe)) {
      if (!data.grids().contains(grid)) {
        problems.add(
            new Problem(
                data.uri(),
                "grids",
                data.grids().stream().map(StoredGrid::name).toList().toString(),
                "the recipe needs " + grid.name(),
                "run prep again with this recipe"));
      }
    }
    Set<String> refusals = new LinkedHashSet<>();
    for (Stage stage : plan.stages()) {
      for (ShortShape shape : stage.shortCycle()) {
        refusals.addAll(Cost.refusals(recipe.model(), stage.frames(), shape.crop()));
      }
    }
    for (String refusal : refusals) {
      problems.add(
          settings.problem("model.name", refusal, "change clip.frames, clip.crop or the network"));
    }
    return problems;
  }

  private static void labels(
      List<Problem> problems, Recorded settings, Recipe recipe, Dataset data) {
    if (recipe.model().loss().kind() == Model.Loss.Kind.SIGMOID) {
      return;
    }
    int[] others =
        IntStream.range(0, data.size(Split.TRAIN))
            .filter(video -> data.classes(Split.TRAIN, video) != 1)
            .toArray();
    if (others.length > 0) {
      problems.add(
          settings.problem(
              "model.loss",
              "takes one label a video; %s have none or several, %s for one"
                  .formatted(others.length, data.video(Split.TRAIN, others[0]).path()),
              "set model.loss = sigmoid"));
    }
  }
}

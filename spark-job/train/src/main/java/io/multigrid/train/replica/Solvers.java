package io.multigrid.train.replica;

import io.multigrid.engine.Clipping;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.WeightDecay;
import io.multigrid.networks.Architecture;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.UpdateRule;
import java.util.ArrayList;
import java.util.List;

/** The optimizer of a recipe. */
final class Solvers {
  private Solvers() {}

  static Sgd sgd(Recipe recipe) {
    UpdateRule rule = recipe.solver().update();
    List<WeightDecay.Run> runs = new ArrayList<>();
    int end = 0;
    for (TensorInfo info : Architecture.of(recipe.model()).parameters()) {
      boolean norm = info.kind() == TensorInfo.Kind.NORM;
      double rate = norm ? rule.bnWeightDecay() : rule.weightDecay();
      end += info.count();
      runs.add(new WeightDecay.Run(end, (float) rate));
    }
    return new Sgd(
        rule.momentum(),
        rule.nesterov(),
        new Clipping(rule.clipNorm(), rule.clipValue()),
        new WeightDecay(runs));
  }
}

package io.multigrid.schedules;

import java.util.ArrayList;
import java.util.List;

/** What a plan can be run with, and yet is probably not meant. */
final class Warnings {
  private Warnings() {}

  static List<String> of(Plan plan) {
    List<String> warnings = new ArrayList<>();
    Recipe recipe = plan.recipe();
    int coarsest =
        plan.stages().stream().mapToInt(Stage::frames).min().orElse(recipe.clip().frames());
    int slow = coarsest / recipe.model().fast().alpha();
    if (recipe.model().hasFast() && slow < 2) {
      warnings.add(
          ("the slow pathway is left with %s frame on the coarsest grid (%s frames, alpha %s): such"
                  + " networks were seen not to learn with the long cycle; use more frames, a"
                  + " smaller alpha, a longer warm-up or a lower rate")
              .formatted(slow, coarsest, recipe.model().fast().alpha()));
    }
    int lastStep = recipe.solver().lastStep();
    if (lastStep > 0 && lastStep == recipe.solver().epochs()) {
      warnings.add(
          ("solver.epochs = %s is the last of solver.steps: there is no last phase at the finest"
                  + " shape and that step's rate; leave the step out, or train longer")
              .formatted(lastStep));
    }
    warnings.addAll(groups(plan));
    for (Stage stage : plan.stages()) {
      int largest = stage.shortCycle().stream().mapToInt(ShortShape::batch).max().orElse(0);
      if (stage.endEpoch() > stage.firstEpoch() && largest > plan.datasetSize()) {
        warnings.add(
            "stage %s has batches of %s clips, the data set %s videos: videos repeat within a batch"
                .formatted(stage.index(), largest, plan.datasetSize()));
      }
    }
    return List.copyOf(warnings);
  }

  /** Batches that batch normalisation cannot see in the method's groups. */
  private static List<String> groups(Plan plan) {
    int workers = plan.recipe().workers();
    int wanted = plan.recipe().cycles().bnGroup();
    return plan.stages().stream()
        .filter(stage -> stage.batchNorm().adapted(stage.batch(), workers, wanted))
        .map(
            stage ->
                ("batch normalisation sees groups of %s clips in batches of %s, not of"
                        + " cycles.bn-group = %s; a multiple of workers x bn-group = %s has those")
                    .formatted(
                        stage.batchNorm().clips(stage.batch(), workers),
                        stage.batch(),
                        wanted,
                        workers * wanted))
        .distinct()
        .toList();
  }
}

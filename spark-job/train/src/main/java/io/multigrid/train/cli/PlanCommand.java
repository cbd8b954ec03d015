package io.multigrid.train.cli;

import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Lays out a schedule in full, with its cost, before anything is spent.")
final class PlanCommand implements Callable<Integer> {
  @Mixin SettingsOptions options;

  @Option(
      names = "--dataset-size",
      paramLabel = "N",
      defaultValue = "240000",
      description = "training videos that iterations are counted for (default: ${DEFAULT-VALUE})")
  long datasetSize;

  @Option(
      names = "--lr-samples",
      paramLabel = "K",
      defaultValue = "0",
      description = "learning rates an epoch in the JSON (default: none)")
  int lrSamples;

  @Option(names = "--format", defaultValue = "TABLE", description = "table or json")
  Format format;

  @Override
  public Integer call() {
    Plan plan = Plan.of(Recipe.from(options.load()), datasetSize);
    plan.warnings().forEach(w -> System.err.println("warning: " + w));
    System.out.println(format == Format.JSON ? plan.json(lrSamples) : plan.table());
    return Exit.DONE;
  }
}

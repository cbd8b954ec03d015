package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipes that ship are those of the authors. */
class RecipesTest {
  @ParameterizedTest
  @CsvSource({
    "kinetics, kinetics_multigrid, 240000",
    "ssv2, ssv2_multigrid, 168913",
    "charades, charades_multigrid, 7985"
  })
  void plansAreThoseOfTheAuthors(String recipe, String golden, long videos) throws IOException {
    Recipe ours = recipe(recipe);
    Recipe theirs = GoldenSchedulesTest.recipe(GoldenSchedulesTest.run(golden).get("input"));
    assertThat(Plan.of(ours, videos).stages()).isEqualTo(Plan.of(theirs, videos).stages());
    assertThat(ours.clip().jitterMax()).isEqualTo(theirs.clip().jitterMax());
  }

  /** The authors' recorded run has the batch but not the rate that goes with it. */
  @Test
  void on128WorkersBatchAndRateGrowTogether() throws IOException {
    Recipe many = recipe("kinetics-128-workers");
    Plan plan = Plan.of(many, 240_000);
    Plan eight = Plan.of(recipe("kinetics"), 240_000);
    for (int i = 0; i < plan.stages().size(); i++) {
      assertThat(plan.stages().get(i).batch()).isEqualTo(16 * eight.stages().get(i).batch());
      assertThat(plan.stages().get(i).batchNorm()).isEqualTo(eight.stages().get(i).batchNorm());
      assertThat(plan.stages().get(i).endEpoch()).isEqualTo(eight.stages().get(i).endEpoch());
    }
    assertThat(plan.learningRate(100)).isEqualTo(16 * eight.learningRate(100));
    Recipe theirs =
        GoldenSchedulesTest.recipe(GoldenSchedulesTest.run("k_gpus128_bs1024").get("input"));
    Plan recorded = Plan.of(theirs, 240_000);
    assertThat(plan.iterations()).isEqualTo(recorded.iterations());
  }

  @Test
  void theFilesInConfAreThoseRecipes() {
    for (String name : List.of("kinetics", "kinetics-128-workers")) {
      Path file = Path.of("..", "conf", name + ".conf");
      Settings settings = Settings.load(Optional.of(file), List.of("model.name=slow"));
      Settings recipe = Settings.recipe(name, List.of("model.name=slow"));
      assertThat(settings.render()).isEqualTo(recipe.render());
    }
  }

  @Test
  void gradientsAreNotClippedUnlessAsked() {
    UpdateRule none = recipe("kinetics").solver().update();
    assertThat(none.clipNorm()).isInfinite();
    assertThat(none.clipValue()).isInfinite();
    List<String> sets = List.of("model.name=slow", "solver.clip-gradient-norm=40");
    assertThat(Recipe.from(Settings.recipe("kinetics", sets)).solver().update().clipNorm())
        .isEqualTo(40);
    List<String> negative = List.of("solver.clip-gradient-value=-1");
    assertThatThrownBy(() -> Recipe.from(Settings.recipe("kinetics", negative)))
        .hasMessageContaining("multigrid.solver.clip-gradient-value = -1: must not be negative");
  }

  private static Recipe recipe(String name) {
    // Plans do not depend on the network; the coarsest SSv2 grids are the authors' nonetheless.
    return Recipe.from(Settings.recipe(name, List.of("model.name=slow")));
  }
}

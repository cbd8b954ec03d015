package io.multigrid.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.config.Settings;
import io.multigrid.networks.Cost;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.train.TinyData;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On the times that iterations took in recorded runs of the quickstart, and by hand. */
class EtaTest {
  /** Of the seconds that are left, or of a twentieth of the whole run where less is left. */
  private static final double TOLERANCE = 0.1;

  private static List<Double> recorded(String name, Plan plan) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                EtaTest.class.getResourceAsStream("/recorded/" + name + ".csv"),
                StandardCharsets.UTF_8))) {
      List<String[]> rows = in.lines().skip(1).map(line -> line.split(",")).toList();
      for (int i = 0; i < rows.size(); i++) {
        Iteration iteration = plan.iteration(i);
        assertThat(rows.get(i))
            .startsWith("" + iteration.batch(), "" + iteration.frames(), "" + iteration.crop());
      }
      return rows.stream().map(row -> Double.valueOf(row[3])).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"quickstart-474, 720", "quickstart-576, 880"})
  void isWithinATenthFromTheEndOfTheFirstStageOn(String name, long videos) throws IOException {
    Settings settings = Settings.recipe("quickstart", List.of("model.classes=8"));
    Plan plan = Plan.of(Recipe.from(settings), videos);
    List<Double> seconds = recorded(name, plan);
    assertThat(seconds).hasSize((int) plan.iterations());
    double total = seconds.stream().mapToDouble(Double::doubleValue).sum();
    double left = total;
    Eta eta = new Eta(plan);
    for (int i = 0; i < seconds.size(); i++) {
      eta.done(plan.iteration(i), seconds.get(i));
      left -= seconds.get(i);
      if (i + 1 >= plan.stages().get(0).iterations()) {
        assertThat(eta.secondsLeft())
            .as("after iteration " + i)
            .isCloseTo(left, within(TOLERANCE * Math.max(left, total / 20)));
      }
    }
  }

  @Test
  void shapesThatHaveNotRunCountByTheirMultiplyAdds() {
    Plan plan =
        Plan.of(Recipe.from(Settings.recipe("quickstart", List.of("model.classes=8"))), 880);
    double left = 0;
    for (long i = 0; i < plan.iterations(); i++) {
      left += seconds(plan, plan.iteration(i));
    }
    Eta eta = new Eta(plan);
    eta.done(plan.iteration(0), seconds(plan, plan.iteration(0)));
    left -= seconds(plan, plan.iteration(0));
    assertThat(eta.secondsLeft()).isCloseTo(left, within(1e-6 * left));
  }

  private static double seconds(Plan plan, Iteration iteration) {
    Cost clip = Cost.of(plan.recipe().model(), iteration.frames(), iteration.crop());
    return 1e-9 * iteration.batch() * clip.multiplyAdds();
  }

  @Test
  void iterationsOfAnotherProcessAreNotLeft() {
    Plan plan =
        Plan.of(Recipe.from(TinyData.settings("cycles.long=false", "cycles.short=false")), 16);
    Eta eta = new Eta(plan);
    assertThat(eta.secondsLeft()).isZero();
    eta.skip(plan.iteration(0));
    eta.done(plan.iteration(1), 2.0);
    assertThat(eta.secondsLeft()).isEqualTo(14 * 2.0);
  }
}

package io.multigrid.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.multigrid.schedules.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DraftTest {
  private static List<Problem> problems(Optional<Path> file, String... sets) {
    List<Problem> problems = new ArrayList<>();
    Draft draft = Draft.of(file, List.of(sets)).read(Recipe::from).read(Recipe::from);
    ConfigurationException.collect(problems, draft::settings);
    return problems;
  }

  /** The other one would be wrong beside the default that stands in. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "workers=x batch=60",
        "wrokers=4 batch=60",
        "workers batch=60",
        "workers=[ batch=60",
        "clip=5 clip.jitter=[100,120]",
        "clip.crop=x clip.jitter=[100,120]",
        "clip.frames=x cycles.long-factors=[[0.01,1]]",
        "cycles.long-factors=x clip.frames=1",
        "solver.epochs=x solver.steps=[0,300]",
        "solver.epochs=x solver.warmup-epochs=300",
        "solver.policy=x solver.steps=[]",
        "model.blocks=x model.depth=7",
        "model.blocks=x model.nonlocal.blocks=[[3,9]]",
        "model.width=x model.beta-inv=80",
        "model.alpha=x clip.frames=18"
      })
  void aDefaultThatStandsInIsComparedWithNothing(String wrong, String other) {
    assertThat(problems(Optional.empty(), other)).isNotEmpty();
    assertThat(problems(Optional.empty(), other, wrong))
        .singleElement()
        .asString()
        .contains(wrong.split("=", 2)[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"workers=0", "clip.crop=0", "solver.epochs=0", "model.depth=0"})
  void aValueOutOfRangeIsToldOnce(String set) {
    assertThat(problems(Optional.empty(), set))
        .singleElement()
        .asString()
        .endsWith(" = 0: must be at least 1; give a positive number");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "workers=99999999999",
        "clip.crop=1e30",
        "solver.steps=[0,99999999999]",
        "model.blocks=[1,1,1,99999999999]"
      })
  void aNumberBeyond32BitsHidesNoOtherProblem(String set) {
    assertThat(problems(Optional.empty(), set, "batch=x", "solver.gamma=0"))
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "multigrid." + set.split("=", 2)[0], "multigrid.batch", "multigrid.solver.gamma");
  }

  @Test
  void besideAFileThatCannotBeReadOnlyValuesOfTheirOwnAreWrong(@TempDir Path folder)
      throws IOException {
    Path broken = Files.writeString(folder.resolve("my.conf"), "multigrid { workers = 4");
    assertThat(problems(Optional.of(broken), "batch=60", "solver.gamma=0"))
        .extracting(Problem::key)
        .containsExactly("syntax", "multigrid.solver.gamma");
  }
}

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
        "workers=x workers batch=60",
        "wrokers=4 wrokers batch=60",
        "clip=5 clip clip.jitter=[100,120]",
        "clip.crop=x clip.crop clip.jitter=[100,120]",
        "clip.frames=x clip.frames cycles.long-factors=[[0.01,1]]",
        "cycles.long-factors=x cycles.long-factors clip.frames=1",
        "solver.epochs=x solver.epochs solver.steps=[0,300]",
        "solver.epochs=x solver.epochs solver.warmup-epochs=300",
        "solver.policy=x solver.policy solver.steps=[]",
        "model.blocks=x model.blocks model.depth=7",
        "model.blocks=x model.blocks model.nonlocal.blocks=[[3,9]]",
        "model.width=x model.width model.beta-inv=80",
        "model.alpha=x model.alpha clip.frames=18",
        "batch=${nowhere} batch workers=3",
        "clip=${nowhere} clip clip.jitter=[100,120]"
      })
  void aDefaultThatStandsInIsComparedWithNothing(String wrong, String key, String other) {
    assertThat(problems(Optional.empty(), other)).isNotEmpty();
    assertThat(problems(Optional.empty(), other, wrong))
        .extracting(Problem::key)
        .containsExactly("multigrid." + key);
  }

  @Test
  void anOptionThatCannotBeReadIsComparedWithNothing() {
    for (String wrong : List.of("workers", "workers=[")) {
      assertThat(problems(Optional.empty(), wrong, "batch=60"))
          .extracting(Problem::key)
          .containsExactly(wrong);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " =5", "multigrid.=5"})
  void anOptionWithoutAKeyHidesNothing(String set) {
    assertThat(problems(Optional.empty(), set, "batch=60"))
        .hasSize(2)
        .extracting(Problem::key)
        .contains("multigrid.batch");
  }

  @Test
  void aKeyThatIsNoMisspellingHidesNothing() {
    List<Problem> problems = problems(Optional.empty(), "abc=1", "batch=60");
    assertThat(problems)
        .extracting(Problem::key)
        .containsExactly("multigrid.abc", "multigrid.batch");
    assertThat(problems.get(0).remedy())
        .startsWith("settings of multigrid are batch, checkpoint, clip, ");
  }

  /** HOCON forgets the value that is none of a block, and with it that defaults are to hold. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "clip=5 clip.frames=16 clip",
        "solver=null solver.epochs=10 solver",
        "model.nonlocal=5 model.nonlocal.pool=1 model.nonlocal"
      })
  void aBlockThatWasGivenAnotherValueIsAProblemOfIt(
      String wrong, String other, String key, @TempDir Path folder) throws IOException {
    String full = "multigrid." + key;
    String first = "multigrid." + wrong + "\n";
    Path both = Files.writeString(folder.resolve("both"), first + "multigrid." + other);
    Path one = Files.writeString(folder.resolve("one"), first);
    List<List<Problem>> told =
        List.of(
            problems(Optional.empty(), wrong, other, "seed=x"),
            problems(Optional.of(one), other, "seed=x"),
            problems(Optional.of(both), "seed=x"));
    for (List<Problem> problems : told) {
      assertThat(problems)
          .extracting(Problem::key)
          .containsExactlyInAnyOrder(full, "multigrid.seed");
      assertThat(problems).extracting(Problem::limit).anyMatch(l -> l.contains("must be a block"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"multigrid = 5", "multigrid = [1]", "multigrid = null"})
  void theRootMustBeABlock(String text, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("my.conf"), text);
    assertThat(problems(Optional.of(file)))
        .singleElement()
        .asString()
        .startsWith(
            file
                + ":1: "
                + text
                + ": must be a block of settings; settings of multigrid are batch,");
    assertThat(problems(Optional.of(file), "solver.gamma=0"))
        .extracting(Problem::key)
        .containsExactly("multigrid", "multigrid.solver.gamma");
  }

  @Test
  void whatRefersToNothingHidesNoOtherProblem() {
    assertThat(
            problems(
                Optional.empty(),
                "clip.frames=${nowhere}",
                "solver.steps=[0,${nowhere}]",
                "model.nonlocal=${nowhere}",
                "model.nonlocal.pool=0",
                "solver.epochs=5",
                "solver.epochs=${nowhere}",
                "seed=${multigrid.workers}0",
                "batch=${seed}1",
                "clip.crop=0",
                "wrokers=5"))
        .extracting(p -> p.key().replace("multigrid.", "") + " " + p.value())
        .containsExactlyInAnyOrder(
            "clip.frames ${nowhere}",
            "solver.steps [0,${nowhere}]",
            "model.nonlocal ${nowhere},{\"pool\":0}",
            "solver.epochs 5,${nowhere}",
            "batch ${seed}1",
            "clip.crop 0",
            "wrokers ");
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
        "model.blocks=[1,1,1,99999999999]",
        "model.blocks=[1,1,1,1e999]",
        "model.blocks=[1,1,1,null]"
      })
  void aNumberBeyond32BitsHidesNoOtherProblem(String set) {
    assertThat(problems(Optional.empty(), set, "batch=x", "solver.gamma=0"))
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            "multigrid." + set.split("=", 2)[0], "multigrid.batch", "multigrid.solver.gamma");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "solver.steps [0.9,94.9]",
        "solver.steps [0,99999999998,99999999999]",
        "clip.jitter [255.5,256.5]",
        "model.blocks [3.9,4,6,3]",
        "model.blocks [1,1,1,-99999999999]",
        "model.temporal-kernels [1.5,1,1,3,3]",
        "model.temporal-kernels [1,1,1,3,99999999999]",
        "model.nonlocal.blocks [[3,1.5]]",
        "workers -99999999999",
        "batch \"1e-999\"",
        "seed 1e30",
        "seed 9223372036854775808",
        "seed 1.5"
      })
  void whatIsNotWholeOrBeyondTheRangeIsRefused(String key, String value) {
    List<Problem> problems = problems(Optional.empty(), key + "=" + value);
    assertThat(problems).extracting(Problem::key).containsExactly("multigrid." + key);
    assertThat(problems.get(0).limit()).containsPattern("must be (a )?whole");
  }

  @Test
  void theNextBatchIsOneThatThereIs() {
    assertThat(problems(Optional.empty(), "batch=2147483647"))
        .singleElement()
        .extracting(Problem::remedy)
        .isEqualTo("the last is 2147483640");
    assertThat(problems(Optional.empty(), "batch=2147483647", "workers=2147483646"))
        .singleElement()
        .extracting(Problem::remedy)
        .isEqualTo("the last is 2147483646");
  }

  @Test
  void workersThatDoNotFitTheDefaultBatchAreToBlame() {
    assertThat(problems(Optional.empty(), "workers=3"))
        .singleElement()
        .asString()
        .startsWith("--set: multigrid.workers = 3: must divide batch = 64; ");
    assertThat(problems(Optional.empty(), "workers=3", "batch=64"))
        .singleElement()
        .asString()
        .startsWith("--set: multigrid.batch = 64: must be a multiple of workers = 3; ");
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

package io.multigrid.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;

/** What holds of every plan. */
@Domain(AnyRecipe.class)
class PlanPropertyTest {
  @Property(seed = "1", tries = 300)
  void stagesFollowEachOtherToTheEndAndSumUpToAllEpochs(
      @ForAll Recipe recipe, @ForAll long videos) {
    Plan plan = Plan.of(recipe, videos);
    int epoch = 0;
    long iterations = 0;
    for (Stage stage : plan.stages()) {
      assertThat(stage.firstEpoch()).isEqualTo(epoch);
      assertThat(stage.endEpoch()).isGreaterThanOrEqualTo(epoch);
      assertThat(stage.firstIteration()).isEqualTo(iterations);
      epoch = stage.endEpoch();
      iterations += stage.iterations();
    }
    assertThat(plan.epochs()).isEqualTo(epoch);
    assertThat(plan.iterations()).isEqualTo(iterations);
    double stretched = recipe.solver().epochs() * recipe.cycles().epochFactor();
    if (recipe.cycles().longCycle()) {
      assertThat((double) epoch).isCloseTo(stretched, within(0.5 + 1e-9));
    } else {
      assertThat(epoch)
          .isEqualTo(recipe.cycles().shortCycle() ? (int) stretched : recipe.solver().epochs());
    }
  }

  @Property(seed = "2", tries = 300)
  void anEpochHasAllWholeBatchesOfItsVideosAndAtLeastOne(
      @ForAll Recipe recipe, @ForAll long videos) {
    long mine = (videos + recipe.workers() - 1) / recipe.workers();
    for (Stage stage : Plan.of(recipe, videos).stages()) {
      long used = ShortCycle.clips(stage.shortCycle(), stage.iterationsPerEpoch());
      int turn = (int) (stage.iterationsPerEpoch() % stage.shortCycle().size());
      int next = stage.shortCycle().get(turn).batch();
      assertThat(used <= mine * recipe.workers() || stage.iterationsPerEpoch() == 1).isTrue();
      assertThat(used + next).isGreaterThan(mine * recipe.workers());
    }
  }

  @Property(seed = "3", tries = 200)
  void iterationsReadTheStreamOfClipsWithoutAGap(@ForAll Recipe recipe, @ForAll long videos) {
    Plan plan = Plan.of(recipe, videos);
    Assume.that(plan.iterations() > 0);
    assertThat(plan.iteration(0).firstClip()).isZero();
    Iteration last = plan.iteration(plan.iterations() - 1);
    assertThat(last.firstClip() + last.batch()).isEqualTo(plan.clips());
    Random random = new Random(videos);
    for (int i = 0; i < 50 && plan.iterations() > 1; i++) {
      long index = random.nextLong(plan.iterations() - 1);
      Iteration one = plan.iteration(index);
      Iteration next = plan.iteration(index + 1);
      assertThat(one.index()).isEqualTo(index);
      assertThat(next.firstClip()).isEqualTo(one.firstClip() + one.batch());
      assertThat(next.epoch()).isBetween(one.epoch(), one.epoch() + 1);
      Stage stage = plan.stages().get(one.stage());
      assertThat(one.epoch()).isBetween(stage.firstEpoch(), stage.endEpoch() - 1);
      assertThat(one.batch() % recipe.workers()).isZero();
    }
  }

  /** Whole clips and pixels are all that keeps b x t x s x s from being B x T x S x S. */
  @Property(seed = "4", tries = 300)
  void everyIterationCostsTheSameButForRounding(@ForAll Recipe recipe) {
    Clip clip = recipe.clip();
    double finest = (double) recipe.batch() * clip.frames() * clip.crop() * clip.crop();
    for (Stage stage : Plan.of(recipe, 1).stages()) {
      double factor =
          (double) clip.frames()
              * clip.crop()
              * clip.crop()
              / ((double) stage.frames() * stage.crop() * stage.crop());
      for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
        ShortShape shape = stage.shortCycle().get(turn);
        double cost = (double) shape.batch() * stage.frames() * shape.crop() * shape.crop();
        double slack = 1 + 0.5 / factor;
        if (turn < stage.shortCycle().size() - 1) {
          double exact = recipe.cycles().shortFactors().get(turn) * clip.crop();
          double shortFactor = Math.pow(stage.crop() / exact, 2);
          slack *= (1 + 0.5 / shortFactor) * Math.pow(1 + 0.5 / exact, 2);
        }
        assertThat(cost / finest).isBetween(2 - slack - 1e-9, slack + 1e-9);
      }
    }
  }

  @Property(seed = "5", tries = 200)
  void theBaselineIsTheFinestShapeAtTheRecipesEpochs(@ForAll Recipe recipe, @ForAll long videos) {
    Plan baseline = Plan.of(recipe.withoutCycles(), videos);
    assertThat(baseline.epochs()).isEqualTo(recipe.solver().epochs());
    assertThat(baseline.stages()).hasSize(recipe.solver().steps().size());
    for (Stage stage : baseline.stages()) {
      assertThat(stage.batch()).isEqualTo(recipe.batch());
      assertThat(stage.frames()).isEqualTo(recipe.clip().frames());
      assertThat(stage.shortCycle())
          .containsExactly(new ShortShape(recipe.batch(), recipe.clip().crop()));
    }
    assertThat(baseline.pixels())
        .isEqualTo(
            (double) baseline.clips()
                * recipe.clip().frames()
                * recipe.clip().crop()
                * recipe.clip().crop());
  }

  /** Of as many epochs, multigrid has the fewer iterations, by the mean batch of its shapes. */
  @Property(seed = "6", tries = 200)
  void multigridSavesIterationsOfAsManyEpochs(@ForAll Recipe recipe) {
    Cycles own = recipe.cycles();
    Assume.that(own.longCycle() || own.shortCycle());
    Cycles once =
        new Cycles(
            own.longCycle(),
            own.shortCycle(),
            1,
            own.bnGroup(),
            own.longFactors(),
            own.shortFactors());
    Recipe multigrid =
        new Recipe(
            recipe.workers(),
            recipe.batch(),
            recipe.clip(),
            once,
            recipe.solver(),
            recipe.model(),
            recipe.seed());
    long videos = 1_000_000;
    Plan plan = Plan.of(multigrid, videos);
    Plan baseline = Plan.of(multigrid.withoutCycles(), videos);
    boolean oneStep = recipe.solver().steps().size() == 1;
    if (own.shortCycle() || (!oneStep && plan.stages().get(0).iterations() > 0)) {
      assertThat(plan.iterations()).isLessThan(baseline.iterations());
    }
    assertThat(plan.iterations()).isLessThanOrEqualTo(baseline.iterations());
  }

  @Property(seed = "7", tries = 200)
  void everyIterationsCropHasAStoredGridThatIsLargeEnough(@ForAll Recipe recipe) {
    for (Stage stage : Plan.of(recipe, 1).stages()) {
      for (ShortShape shape : stage.shortCycle()) {
        assertThat(Grids.crops(recipe)).contains(shape.crop());
        StoredGrid grid = Grids.forCrop(recipe, shape.crop());
        assertThat(Grids.stored(recipe)).contains(grid);
        int[] range = Grids.shortSideRange(recipe, shape.crop());
        assertThat(range[0]).isBetween(shape.crop(), range[1]);
        assertThat(grid.shortSide()).isGreaterThanOrEqualTo(range[1]);
      }
    }
  }
}

package io.multigrid.schedules;

import java.util.ArrayList;
import java.util.List;

/**
 * A recipe's schedule laid out in full for a number of training videos. Pure arithmetic: the same
 * recipe and size give the same plan everywhere.
 */
public final class Plan {
  private final Recipe recipe;
  private final long datasetSize;
  private final List<Stage> stages;
  private final LearningRate learningRate;

  private Plan(Recipe recipe, long datasetSize) {
    this.recipe = recipe;
    this.datasetSize = datasetSize;
    List<LongCycle.Phase> phases = LongCycle.phases(recipe);
    this.learningRate = LearningRate.of(recipe, phases);
    List<Stage> laidOut = new ArrayList<>();
    Stage.Position first = new Stage.Position(0, 0, 0);
    for (LongCycle.Phase phase : phases) {
      Stage stage = stage(laidOut.size(), phase, first);
      laidOut.add(stage);
      first = stage.end();
    }
    this.stages = List.copyOf(laidOut);
  }

  /** The plan of a recipe for a data set of so many training videos. */
  public static Plan of(Recipe recipe, long datasetSize) {
    return new Plan(recipe, datasetSize);
  }

  private Stage stage(int index, LongCycle.Phase phase, Stage.Position first) {
    Clip clip = recipe.clip();
    int batch = recipe.batch() * phase.batchFactor();
    List<ShortShape> turns = ShortCycle.turns(recipe, phase.crop(), batch);
    return new Stage(
        index,
        phase.step(),
        phase.batchFactor(),
        new Shape(
            batch,
            phase.frames(),
            phase.crop(),
            clip.stride(),
            Grids.greatestStride(clip, phase.frames())),
        learningRate.scheduledAt(first.epoch()),
        BatchNorm.of(batch, recipe.workers(), recipe.cycles().bnGroup()),
        turns,
        first,
        phase.endEpoch(),
        ShortCycle.iterations(turns, datasetSize, recipe.workers()));
  }

  /** Iteration {@code index} of the run, from 0. */
  public Iteration iteration(long index) {
    Stage stage = stageOf(index);
    long inStage = index - stage.firstIteration();
    int epochInStage = (int) (inStage / stage.iterationsPerEpoch());
    long inEpoch = inStage % stage.iterationsPerEpoch();
    int turn = (int) (inEpoch % stage.shortCycle().size());
    int epoch = stage.firstEpoch() + epochInStage;
    return new Iteration(
        index,
        stage.index(),
        epoch,
        inEpoch,
        turn,
        stage.at(epochInStage, inEpoch).clips(),
        stage.base().at(stage.shortCycle().get(turn)),
        learningRate.at(epoch + inEpoch / (double) stage.iterationsPerEpoch()),
        stage.batchNorm());
  }

  private Stage stageOf(long index) {
    for (Stage stage : stages) {
      if (index >= stage.firstIteration() && index < stage.firstIteration() + stage.iterations()) {
        return stage;
      }
    }
    throw new IndexOutOfBoundsException(
        "iteration " + index + " of a plan of " + iterations() + " iterations");
  }

  public Recipe recipe() {
    return recipe;
  }

  public long datasetSize() {
    return datasetSize;
  }

  public List<Stage> stages() {
    return stages;
  }

  public int epochs() {
    return last().endEpoch();
  }

  public int baselineEpochs() {
    return recipe.solver().epochs();
  }

  public long iterations() {
    return last().end().iterations();
  }

  /** Clips of the whole run, over all workers. */
  public long clips() {
    return last().end().clips();
  }

  private Stage last() {
    return stages.get(stages.size() - 1);
  }

  /** Workers that stay together, as some stage's batch normalisation sees their clips together. */
  public int workersPerGroup() {
    return stages.stream()
        .mapToInt(stage -> stage.batchNorm().syncWorkers())
        .reduce(1, Plan::leastCommonMultiple);
  }

  private static int leastCommonMultiple(int a, int b) {
    int x = a;
    int y = b;
    while (y != 0) {
      int rest = x % y;
      x = y;
      y = rest;
    }
    return a / x * b;
  }

  /** The rate at a fractional epoch. */
  public double learningRate(double epoch) {
    return learningRate.at(epoch);
  }

  /** Sum over iterations of clips x T x S x S. */
  public double pixels() {
    return PlanCost.pixels(this);
  }

  /** Of all forward passes of the run; a training step takes about three times its forward pass. */
  public double multiplyAdds() {
    return PlanCost.multiplyAdds(this);
  }

  /**
   * Clips that a network computes at once: a worker's, or those of a group that shares statistics.
   */
  public int clipsAtOnce(Stage stage, ShortShape shape) {
    return PlanCost.clipsAtOnce(recipe, stage, shape);
  }

  /** Peak memory of a step at a shape, beside parameters and their gradients; see Footprint. */
  public long stepBytes(Stage stage, ShortShape shape) {
    return PlanCost.stepBytes(recipe, stage, shape);
  }

  /** What may surprise, in words. */
  public List<String> warnings() {
    return Warnings.of(this);
  }

  /** The plan as JSON; {@code lrSamplesPerEpoch} learning rates an epoch, none for 0. */
  public String json(int lrSamplesPerEpoch) {
    return PlanFormat.json(this, lrSamplesPerEpoch);
  }

  /** The plan as a table for people. */
  public String table() {
    return PlanFormat.table(this);
  }
}

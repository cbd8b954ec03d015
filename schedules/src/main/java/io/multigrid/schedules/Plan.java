package io.multigrid.schedules;

import io.multigrid.networks.Cost;
import io.multigrid.networks.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/**
 * A recipe's schedule laid out in full for a number of training videos. Pure arithmetic: the same
 * recipe and size give the same plan everywhere.
 */
public final class Plan {
  private final Recipe recipe;
  private final long datasetSize;
  private final List<Stage> stages;
  private final LearningRate learningRate;
  private final int epochs;
  private final long clips;
  private final long[] firstClips;

  private Plan(Recipe recipe, long datasetSize) {
    this.recipe = recipe;
    this.datasetSize = datasetSize;
    List<LongCycle.Phase> phases = phases(recipe);
    this.epochs = phases.get(phases.size() - 1).endEpoch();
    this.learningRate = learningRate(recipe, phases);
    this.stages = new ArrayList<>();
    this.firstClips = new long[phases.size()];
    int firstEpoch = 0;
    long iterations = 0;
    long clipsSoFar = 0;
    for (LongCycle.Phase phase : phases) {
      Stage stage = stage(phase, firstEpoch, iterations);
      firstClips[stage.index()] = clipsSoFar;
      stages.add(stage);
      firstEpoch = phase.endEpoch();
      iterations += stage.iterations();
      clipsSoFar += clipsPerEpoch(stage) * (stage.endEpoch() - stage.firstEpoch());
    }
    this.clips = clipsSoFar;
  }

  public static Plan of(Recipe recipe, long datasetSize) {
    return new Plan(recipe, datasetSize);
  }

  private static List<LongCycle.Phase> phases(Recipe recipe) {
    if (recipe.cycles().longCycle()) {
      return LongCycle.phases(recipe);
    }
    // One phase a step at the finest shape. The short cycle alone stretches steps and end, cut off.
    double factor = recipe.cycles().shortCycle() ? recipe.cycles().epochFactor() : 1;
    Clip clip = recipe.clip();
    List<Integer> steps = recipe.solver().steps();
    List<LongCycle.Phase> phases = new ArrayList<>();
    for (int step = 0; step < Math.max(1, steps.size()); step++) {
      int end = step + 1 < steps.size() ? steps.get(step + 1) : recipe.solver().epochs();
      phases.add(new LongCycle.Phase(step, 1, clip.frames(), clip.crop(), (int) (end * factor)));
    }
    return phases;
  }

  /**
   * The rate follows the batch factor of the long cycle. In fine-tuning its first half keeps the
   * rate of the phase before, as in the authors' code.
   */
  private static LearningRate learningRate(Recipe recipe, List<LongCycle.Phase> phases) {
    List<Integer> starts = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    int start = 0;
    for (LongCycle.Phase phase : phases) {
      starts.add(start);
      factors.add(Math.pow(recipe.solver().gamma(), phase.step()) * phase.batchFactor());
      start = phase.endEpoch();
    }
    int last = phases.size() - 1;
    if (recipe.cycles().longCycle() && last > 0) {
      starts.add((starts.get(last) + start) / 2);
      factors.add(factors.get(last));
      factors.set(last, factors.get(last - 1));
    }
    return new LearningRate(recipe.solver(), start, starts, factors);
  }

  private Stage stage(LongCycle.Phase phase, int firstEpoch, long firstIteration) {
    Clip clip = recipe.clip();
    int batch = recipe.batch() * phase.batchFactor();
    List<ShortShape> shortCycle = Grids.shortCycle(recipe, phase.crop(), batch);
    long perEpoch = iterationsPerEpoch(shortCycle);
    int index = stages.size();
    return new Stage(
        index,
        phase.step(),
        firstEpoch,
        phase.endEpoch(),
        phase.batchFactor(),
        phase.frames(),
        phase.crop(),
        batch,
        clip.stride(),
        clip.stride() * Math.max(1, clip.frames() / phase.frames()),
        learningRate.scheduledAt(firstEpoch),
        BatchNorm.of(batch, recipe.workers(), recipe.cycles().bnGroup()),
        shortCycle,
        firstIteration,
        perEpoch,
        perEpoch * (phase.endEpoch() - firstEpoch));
  }

  /**
   * Whole batches of an epoch, at least one. Every worker has ceil(N / workers) of the videos and
   * the short cycle starts anew, as in the authors' loader.
   */
  private long iterationsPerEpoch(List<ShortShape> shortCycle) {
    long mine = (datasetSize + recipe.workers() - 1) / recipe.workers();
    long cycle = shortCycle.stream().mapToLong(s -> s.batch() / recipe.workers()).sum();
    long iterations = mine / cycle * shortCycle.size();
    long left = mine % cycle;
    for (ShortShape shape : shortCycle) {
      left -= shape.batch() / recipe.workers();
      if (left < 0) {
        break;
      }
      iterations++;
    }
    return Math.max(iterations, 1);
  }

  private static long clipsOf(Stage stage, long iterationsInEpoch) {
    int turns = stage.shortCycle().size();
    long cycle = stage.shortCycle().stream().mapToLong(ShortShape::batch).sum();
    long clips = iterationsInEpoch / turns * cycle;
    for (int i = 0; i < iterationsInEpoch % turns; i++) {
      clips += stage.shortCycle().get(i).batch();
    }
    return clips;
  }

  private static long clipsPerEpoch(Stage stage) {
    return clipsOf(stage, stage.iterationsPerEpoch());
  }

  /** Iteration {@code index} of the run, from 0. */
  public Iteration iteration(long index) {
    Stage stage = stageOf(index);
    long inStage = index - stage.firstIteration();
    long epochInStage = inStage / stage.iterationsPerEpoch();
    long inEpoch = inStage % stage.iterationsPerEpoch();
    int turn = (int) (inEpoch % stage.shortCycle().size());
    ShortShape shape = stage.shortCycle().get(turn);
    int epoch = stage.firstEpoch() + (int) epochInStage;
    return new Iteration(
        index,
        stage.index(),
        epoch,
        inEpoch,
        turn,
        firstClips[stage.index()] + epochInStage * clipsPerEpoch(stage) + clipsOf(stage, inEpoch),
        shape.batch(),
        stage.frames(),
        shape.crop(),
        stage.minStride(),
        stage.maxStride(),
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
    return List.copyOf(stages);
  }

  public int epochs() {
    return epochs;
  }

  public int baselineEpochs() {
    return recipe.solver().epochs();
  }

  public long iterations() {
    Stage last = stages.get(stages.size() - 1);
    return last.firstIteration() + last.iterations();
  }

  /** Clips of the whole run, over all workers. */
  public long clips() {
    return clips;
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
    return sum((stage, shape) -> (double) stage.frames() * shape.crop() * shape.crop());
  }

  /** Of all forward passes of the run; a training step takes about three times its forward pass. */
  public double multiplyAdds() {
    return sum(
        (stage, shape) -> Cost.of(recipe.model(), stage.frames(), shape.crop()).multiplyAdds());
  }

  /**
   * Clips that a network computes at once: a worker's, or those of a group that shares statistics.
   */
  public int clipsAtOnce(Stage stage, ShortShape shape) {
    BatchNorm bn = stage.batchNorm();
    int together = bn.kind() == BatchNorm.Kind.SYNC ? bn.syncWorkers() : 1;
    return shape.batch() / recipe.workers() * together;
  }

  /** Peak memory of a step at a shape, beside parameters and their gradients; see Footprint. */
  public long stepBytes(Stage stage, ShortShape shape) {
    return new Footprint(recipe.model(), clipsAtOnce(stage, shape))
        .step(stage.frames(), shape.crop());
  }

  /** Sum of something of a clip over all clips of the run. */
  private double sum(ToDoubleBiFunction<Stage, ShortShape> ofClip) {
    double sum = 0;
    for (Stage stage : stages) {
      for (int turn = 0; turn < stage.shortCycle().size(); turn++) {
        ShortShape shape = stage.shortCycle().get(turn);
        double clips = (double) stage.iterations(turn) * shape.batch();
        sum += clips * ofClip.applyAsDouble(stage, shape);
      }
    }
    return sum;
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

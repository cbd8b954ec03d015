package io.multigrid.train.cluster;

import io.multigrid.networks.Architecture;
import io.multigrid.networks.Footprint;
import io.multigrid.networks.Model;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import io.multigrid.train.feed.EvaluationClips;
import io.multigrid.train.settings.RunSettings;
import io.multigrid.train.settings.TrainSettings;

/**
 * What an executor needs, by the cost model: an estimate from above for planning, no measurement.
 *
 * @param heapBytes weights, gradient, momentum and the blocks that BigDL exchanges
 * @param nativeBytes the network with its gradients, the largest step, and clips that wait
 */
public record Memory(long heapBytes, long nativeBytes) {
  /**
   * Copies of the parameters on the heap: weights, gradient, blocks sent and received, momentum.
   */
  private static final int HEAP_COPIES = 8;

  /** Beside the heap: weights, gradient, and the momentum of an engine that keeps it there. */
  private static final int NATIVE_COPIES = 3;

  /** Of an evaluation: the block that was fetched, what it holds, and what is set from that. */
  private static final int EVALUATION_COPIES = 3;

  /** The JVM with Spark in it. */
  private static final long JVM_HEAP = 200L << 20;

  /** libtorch, its threads, and the JVM beside its heap. */
  private static final long JVM_NATIVE = 600L << 20;

  /** What glibc takes for what lives at once: it keeps what was freed, and batches change. */
  private static final int ARENAS = 2;

  /** Of a training on any data. */
  public static Memory of(RunSettings run) {
    return of(Plan.of(run.recipe(), 1), run.train());
  }

  /** Of {@code evaluate}. */
  public static Memory ofEvaluation(RunSettings run) {
    return ofEvaluation(run.recipe(), run.train());
  }

  static Memory of(Plan plan, TrainSettings train) {
    Recipe recipe = plan.recipe();
    long parameters = parameters(recipe.model());
    long steps = 0;
    long waiting = 0;
    for (Stage stage : plan.stages()) {
      for (ShortShape shape : stage.shortCycle()) {
        long clip = 3L * stage.frames() * shape.crop() * shape.crop();
        long clips = plan.clipsAtOnce(stage, shape) * clip * (train.ahead().prefetch() + 2);
        waiting = Math.max(waiting, clips);
        steps = Math.max(steps, ARENAS * plan.stepBytes(stage, shape) + clips);
      }
    }
    long largest = Math.max(steps, waiting + views(recipe, train.views()));
    return new Memory(
        JVM_HEAP + HEAP_COPIES * 4 * parameters,
        JVM_NATIVE + (NATIVE_COPIES + lanes(plan, train)) * 4 * parameters + largest);
  }

  /** Sub-batches that may be computed side by side, each with gradients of its own. */
  private static long lanes(Plan plan, TrainSettings train) {
    int splits = plan.stages().stream().mapToInt(s -> s.batchNorm().splits()).max().orElse(1);
    int lanes = train.threads() > 0 ? Math.min(train.threads(), splits) : splits;
    return lanes > 1 ? lanes : 0;
  }

  static Memory ofEvaluation(Recipe recipe, TrainSettings train) {
    return new Memory(
        JVM_HEAP + EVALUATION_COPIES * 4 * parameters(recipe.model()),
        JVM_NATIVE + views(recipe, train.views()));
  }

  /** Beside the heap, for the clips that an evaluation scores at once, and a network to do so. */
  private static long views(Recipe recipe, EvaluationClips.Views views) {
    int frames = recipe.clip().frames();
    int clips = views.videosAtOnce() * views.count();
    long pixels = 3L * clips * frames * views.crop() * views.crop();
    long pass = new Footprint(recipe.model(), clips).forward(frames, views.crop());
    return 4 * parameters(recipe.model()) + pixels + ARENAS * pass;
  }

  static long parameters(Model model) {
    return Architecture.of(model).parameters().stream().mapToLong(TensorInfo::count).sum();
  }

  /** With more on the heap, as the list of videos is. */
  Memory withHeap(long bytes) {
    return new Memory(heapBytes + bytes, nativeBytes);
  }

  /** Of the heap, what is there once more for every executor that lives in the driver's JVM. */
  long computingBytes() {
    return heapBytes - JVM_HEAP;
  }

  long heapMegabytes() {
    return megabytes(heapBytes);
  }

  /** What an executor needs beside its heap; nothing of it on a GPU is left out. */
  long overheadMegabytes() {
    return megabytes(nativeBytes);
  }

  static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}

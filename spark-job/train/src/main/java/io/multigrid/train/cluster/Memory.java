package io.multigrid.train.cluster;

import io.multigrid.config.Settings;
import io.multigrid.networks.Architecture;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.ShortShape;
import io.multigrid.schedules.Stage;
import io.multigrid.train.settings.TrainSettings;

/**
 * What an executor needs, by the cost model: an estimate from above for planning, no measurement.
 *
 * @param heapBytes weights, gradient, momentum and the blocks that BigDL exchanges
 * @param nativeBytes the network with its gradient, the largest step, and clips that wait
 */
public record Memory(long heapBytes, long nativeBytes) {
  /**
   * Copies of the parameters on the heap: weights, gradient, blocks sent and received, momentum.
   */
  private static final int HEAP_COPIES = 8;

  /** The JVM with Spark in it. */
  private static final long JVM_HEAP = 200L << 20;

  /** libtorch, its threads, and the JVM beside its heap. */
  private static final long JVM_NATIVE = 600L << 20;

  /** What glibc takes for what lives at once: it keeps what was freed, and batches change. */
  private static final int ARENAS = 2;

  public static Memory of(Settings settings) {
    Settings some =
        settings.integer("model.classes") == 0 ? settings.with("model.classes", 1000) : settings;
    return of(Plan.of(Recipe.from(some), 1), TrainSettings.from(some));
  }

  static Memory of(Plan plan, TrainSettings train) {
    Recipe recipe = plan.recipe();
    long parameters =
        Architecture.of(recipe.model()).parameters().stream().mapToLong(TensorInfo::count).sum();
    long largest = 0;
    for (Stage stage : plan.stages()) {
      for (ShortShape shape : stage.shortCycle()) {
        long clip = 3L * stage.frames() * shape.crop() * shape.crop();
        long waiting = plan.clipsAtOnce(stage, shape) * clip * (train.ahead().prefetch() + 2);
        largest = Math.max(largest, ARENAS * plan.stepBytes(stage, shape) + waiting);
      }
    }
    return new Memory(
        JVM_HEAP + HEAP_COPIES * 4 * parameters, JVM_NATIVE + 2 * 4 * parameters + largest);
  }

  /** With more on the heap, as the list of videos is. */
  Memory withHeap(long bytes) {
    return new Memory(heapBytes + bytes, nativeBytes);
  }

  long heapMegabytes() {
    return megabytes(heapBytes);
  }

  /** What an executor needs beside its heap; nothing of it on a GPU is left out. */
  long overheadMegabytes() {
    return megabytes(nativeBytes);
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}

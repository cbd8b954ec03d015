package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import io.multigrid.engine.WorkerRange;
import io.multigrid.models.ClipBatch;
import io.multigrid.models.Network;
import io.multigrid.networks.TensorInfo;
import io.multigrid.schedules.Plan;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.train.cluster.ExecutorDevices;
import io.multigrid.train.feed.ClipFeed;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Batch statistics computed anew for fixed weights, over training clips of the finest shape: a
 * running mean over iterations of changing shape belongs to none of them, and evaluation looks at
 * the finest. ("Precise batch normalisation": Wu and Johnson, Rethinking "Batch" in BatchNorm,
 * 2021, section 3. The authors' published recipes use it.)
 *
 * <p>The clips are those of the first iterations of the baseline, so the result is a function of
 * recipe, data and weights.
 *
 * @param batches at most one epoch of them is used
 * @param partitions tasks that share the batches
 * @param threads threads that a task's network computes with
 */
public record PreciseStatistics(
    Recipe recipe,
    Dataset data,
    HadoopSettings hadoop,
    ClipFeed.Ahead ahead,
    String device,
    int batches,
    int partitions,
    int threads)
    implements Serializable {

  /**
   * What was found.
   *
   * @param damaged training videos that could not be read; the next ones stood in for them
   */
  public record Found(float[] statistics, List<Note> damaged) {}

  /** What one batch showed. */
  private record Batch(int index, float[] statistics, List<Note> damaged) implements Serializable {}

  public Found of(JavaSparkContext spark, float[] weights) {
    Broadcast<float[]> shared = spark.broadcast(weights);
    spark.setJobGroup("statistics", "batch statistics over training clips", false);
    try {
      List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
      List<Batch> all =
          new ArrayList<>(
              spark
                  .parallelize(parts, partitions)
                  .mapPartitions(part -> batches(part, shared.value()))
                  .collect());
      all.sort(Comparator.comparingInt(Batch::index));
      try (Network network = Network.create(recipe.model(), "cpu", recipe.seed())) {
        float[] total =
            total(
                all.stream().map(Batch::statistics).toList(),
                network.statisticsTensors().stream().mapToInt(TensorInfo::count).toArray());
        return new Found(total, all.stream().flatMap(b -> b.damaged().stream()).toList());
      }
    } finally {
      spark.clearJobGroup();
      shared.destroy(false);
    }
  }

  private Iterator<Batch> batches(Iterator<Integer> parts, float[] weights) throws IOException {
    Dataset here = ahead.patience().of(() -> data.opened(hadoop.configuration()));
    Plan plan = Plan.of(recipe.withoutCycles(), here.size(Split.TRAIN));
    int count = (int) Math.min(batches, plan.stages().get(0).iterationsPerEpoch());
    List<Batch> found = new ArrayList<>();
    Network.threads(threads);
    WorkerRange workers = new WorkerRange(0, ClipFeed.group(plan.iteration(0)));
    try (Network network =
        Network.create(recipe.model(), ExecutorDevices.of(device), recipe.seed())) {
      network.weights(weights);
      while (parts.hasNext()) {
        int part = parts.next();
        int first = count * part / partitions;
        int end = count * (part + 1) / partitions;
        try (ClipFeed feed = new ClipFeed(plan, here, hadoop.configuration(), workers, ahead)) {
          for (int index = first; index < end; index++) {
            ClipBatch batch = feed.take(index, workers.first());
            float[] statistics = network.batchStatistics(batch);
            found.add(new Batch(index, statistics, new ArrayList<>(feed.takeNotes())));
            feed.release(batch);
          }
        }
      }
    }
    return found.iterator();
  }

  /**
   * Mean and variance over all batches: the mean of the means, and the mean of the variances plus
   * the variance of the means.
   *
   * @param batches of one layout: means, then variances, of one normalisation after the other
   * @param counts lengths of those pieces
   */
  static float[] total(List<float[]> batches, int[] counts) {
    float[] total = new float[batches.get(0).length];
    int at = 0;
    for (int piece = 0; piece < counts.length; piece += 2) {
      int channels = counts[piece];
      for (int c = at; c < at + channels; c++) {
        double mean = 0;
        double square = 0;
        double variance = 0;
        for (float[] batch : batches) {
          mean += batch[c];
          square += (double) batch[c] * batch[c];
          variance += batch[c + channels];
        }
        mean /= batches.size();
        total[c] = (float) mean;
        double spread = Math.max(0, square / batches.size() - mean * mean);
        total[c + channels] = (float) (variance / batches.size() + spread);
      }
      at += 2 * channels;
    }
    return total;
  }
}

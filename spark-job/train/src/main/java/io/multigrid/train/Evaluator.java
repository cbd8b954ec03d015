package io.multigrid.train;

import io.multigrid.models.ClipBatch;
import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.train.feed.EvaluationClips;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Scores every video of a split on the executors, each with a network of its own.
 *
 * @param partitions tasks that share the videos
 * @param threads threads that a task's network computes with
 */
record Evaluator(
    Recipe recipe,
    Dataset data,
    HadoopSettings hadoop,
    EvaluationClips.Views views,
    String device,
    int partitions,
    int threads)
    implements Serializable {
  private static final int CLIPS_AT_ONCE = 16;

  /** Parameters and running statistics of a network. */
  record State(float[] weights, float[] statistics) implements Serializable {}

  Evaluation evaluate(JavaSparkContext spark, Split split, State state) {
    long start = System.nanoTime();
    Broadcast<State> shared = spark.broadcast(state);
    spark.setJobGroup("evaluate", "evaluate " + data.size(split) + " videos", false);
    try {
      List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
      Evaluation.Tally tally =
          spark
              .parallelize(parts, partitions)
              .mapPartitions(part -> tally(part, split, shared.value()))
              .reduce(Evaluation.Tally::plus);
      return tally.result((System.nanoTime() - start) / 1e9);
    } finally {
      spark.clearJobGroup();
      shared.destroy(false);
    }
  }

  private Iterator<Evaluation.Tally> tally(Iterator<Integer> parts, Split split, State state)
      throws IOException {
    List<Evaluation.Tally> tallies = new ArrayList<>();
    Network.threads(threads);
    int videosAtOnce = Math.max(1, CLIPS_AT_ONCE / views.count());
    try (Network network = Network.create(recipe.model(), Devices.of(device), recipe.seed());
        EvaluationClips clips =
            new EvaluationClips(data, recipe, views, videosAtOnce, hadoop.configuration())) {
      network.weights(state.weights());
      network.statistics(state.statistics());
      while (parts.hasNext()) {
        int part = parts.next();
        int[] mine =
            IntStream.range(0, data.size(split)).filter(v -> v % partitions == part).toArray();
        Evaluation.Tally tally = new Evaluation.Tally(data.classes().size());
        for (int first = 0; first < mine.length; first += videosAtOnce) {
          int[] videos =
              java.util.Arrays.copyOfRange(
                  mine, first, Math.min(first + videosAtOnce, mine.length));
          ClipBatch batch = clips.clips(split, videos);
          add(tally, split, videos, network.probabilities(batch));
        }
        tallies.add(tally);
      }
    }
    return tallies.iterator();
  }

  private void add(Evaluation.Tally tally, Split split, int[] videos, float[][] probabilities) {
    for (int v = 0; v < videos.length; v++) {
      float[] scores = new float[probabilities[0].length];
      for (int view = 0; view < views.count(); view++) {
        for (int c = 0; c < scores.length; c++) {
          scores[c] += probabilities[v * views.count() + view][c] / views.count();
        }
      }
      tally.add(data.label(split, videos[v]), scores);
    }
  }
}

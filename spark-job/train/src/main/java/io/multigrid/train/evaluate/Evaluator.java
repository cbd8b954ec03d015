package io.multigrid.train.evaluate;

import io.multigrid.models.ClipBatch;
import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.train.cluster.Devices;
import io.multigrid.train.cluster.HadoopSettings;
import io.multigrid.train.feed.EvaluationClips;
import io.multigrid.train.feed.LabelSets;
import io.multigrid.train.feed.Patience;
import java.io.IOException;
import java.io.Serializable;
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
public record Evaluator(
    Recipe recipe,
    Dataset data,
    HadoopSettings hadoop,
    EvaluationClips.Views views,
    String device,
    int partitions,
    int threads,
    Patience patience)
    implements Serializable {
  private static final int CLIPS_AT_ONCE = 16;

  /** Parameters and running statistics of a network. */
  public record State(float[] weights, float[] statistics) implements Serializable {}

  public Evaluation evaluate(JavaSparkContext spark, Split split, State state) {
    long start = System.nanoTime();
    Scores scores = scores(spark, split, state);
    double seconds = (System.nanoTime() - start) / 1e9;
    return Evaluation.of(scores, data.classes().size(), seconds);
  }

  /**
   * Which videos share a batch does not depend on the number of tasks, so neither does any bit of
   * the scores. Damaged videos are left out.
   */
  public Scores scores(JavaSparkContext spark, Split split, State state) {
    Broadcast<State> shared = spark.broadcast(state);
    spark.setJobGroup("evaluate", "evaluate " + data.size(split) + " videos", false);
    try {
      List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
      return Scores.of(
          spark
              .parallelize(parts, partitions)
              .mapPartitions(part -> List.of(predict(part, split, shared.value())).iterator())
              .collect());
    } finally {
      spark.clearJobGroup();
      shared.destroy(false);
    }
  }

  private Scores.Part predict(Iterator<Integer> parts, Split split, State state)
      throws IOException {
    Scores.Part found = new Scores.Part();
    Network.threads(threads);
    int together = Math.max(1, CLIPS_AT_ONCE / views.count());
    int size = data.size(split);
    try (Network network = Network.create(recipe.model(), Devices.of(device), recipe.seed());
        EvaluationClips clips =
            new EvaluationClips(data, recipe, views, together, hadoop.configuration(), patience)) {
      network.weights(state.weights());
      network.statistics(state.statistics());
      while (parts.hasNext()) {
        int part = parts.next();
        for (int batch = part; batch * together < size; batch += partitions) {
          int first = batch * together;
          int[] videos = IntStream.range(first, Math.min(first + together, size)).toArray();
          predict(network, clips.clips(split, videos), split, found);
        }
      }
    }
    return found;
  }

  private void predict(
      Network network, EvaluationClips.Batch batch, Split split, Scores.Part found) {
    batch.damaged().forEach((video, note) -> found.damages().add(new Scores.Damage(video, note)));
    if (batch.videos().isEmpty()) {
      return;
    }
    float[][] scores = scores(network, batch.clips());
    for (int v = 0; v < batch.videos().size(); v++) {
      int video = batch.videos().get(v);
      int[] labels = LabelSets.of(data.video(split, video));
      found.predictions().add(new Prediction(video, labels, combined(scores, v)));
    }
  }

  private float[][] scores(Network network, ClipBatch batch) {
    return switch (views.pooling()) {
      case CLIP -> network.probabilities(batch);
      case WINDOWS -> network.probabilities(batch, recipe.clip().frames(), recipe.clip().crop());
    };
  }

  private float[] combined(float[][] scores, int video) {
    float[] all = new float[scores[0].length];
    for (int view = 0; view < views.count(); view++) {
      float[] one = scores[video * views.count() + view];
      for (int c = 0; c < all.length; c++) {
        all[c] =
            views.combine() == EvaluationClips.Combine.MAX
                ? Math.max(all[c], one[c])
                : all[c] + one[c] / views.count();
      }
    }
    return all;
  }
}

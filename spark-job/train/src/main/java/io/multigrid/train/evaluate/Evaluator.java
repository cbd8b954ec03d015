package io.multigrid.train.evaluate;

import io.multigrid.engine.Note;
import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.shard.storage.HadoopSettings;
import io.multigrid.shard.storage.Patience;
import io.multigrid.train.cluster.ExecutorDevices;
import io.multigrid.train.feed.EvaluationClips;
import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Scores every video of a split on the executors, each with a network of its own. The scores stay
 * on the executors' disks: what comes to the driver are counts, and what is asked for, in pieces.
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
  /** Parameters and running statistics of a network. */
  public record State(float[] weights, float[] statistics) implements Serializable {}

  /** What else is done with scores while executors have them. */
  public interface Use<E extends Exception> {
    /**
     * @param damaged videos that could not be read, and why
     */
    void of(List<Note> damaged, Predictions predictions) throws E;
  }

  public Evaluation evaluate(JavaSparkContext spark, Split split, State state) {
    return this.<RuntimeException>evaluate(spark, split, state, (damaged, predictions) -> {});
  }

  /** Damaged videos are left out. */
  public <E extends Exception> Evaluation evaluate(
      JavaSparkContext spark, Split split, State state, Use<E> use) throws E {
    long start = System.nanoTime();
    Broadcast<State> shared = spark.broadcast(state);
    spark.setJobGroup("evaluate", "evaluate " + data.size(split) + " videos", false);
    List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
    JavaRDD<Scored> scored =
        spark
            .parallelize(parts, partitions)
            .mapPartitions(part -> scored(part.next(), split, shared.value()))
            .persist(StorageLevel.DISK_ONLY());
    try {
      int classes = data.classes().size();
      Tally tally =
          scored
              .mapPartitions(videos -> List.of(Tally.of(videos, classes)).iterator())
              .reduce(Tally::add);
      double seconds = (System.nanoTime() - start) / 1e9;
      use.of(tally.damaged(), new Predictions(data, split, hadoop, scored));
      return tally.evaluation(precision(spark, scored, tally.ranking()), seconds);
    } finally {
      spark.clearJobGroup();
      scored.unpersist(false);
      shared.destroy(false);
    }
  }

  private static double precision(JavaSparkContext spark, JavaRDD<Scored> scored, Ranking ranking) {
    Broadcast<Ranking> shared = spark.broadcast(ranking);
    try {
      return scored
          .mapPartitions(videos -> List.of(shared.value().count(videos)).iterator())
          .reduce(Ranking.Counts::add)
          .meanAveragePrecision();
    } finally {
      shared.destroy(false);
    }
  }

  /** A share of the videos, in their order; shares begin with a batch. */
  private Iterator<Scored> scored(int part, Split split, State state) throws IOException {
    Dataset here = patience.of(() -> data.opened(hadoop.configuration()));
    Network.threads(threads);
    int together = views.videosAtOnce();
    int size = data.size(split);
    int batches = (size + together - 1) / together;
    int first = (int) ((long) batches * part / partitions) * together;
    int end = Math.min(size, (int) ((long) batches * (part + 1) / partitions) * together);
    Network network = Network.create(recipe.model(), ExecutorDevices.of(device), recipe.seed());
    try {
      network.weights(state.weights());
      network.statistics(state.statistics());
      EvaluationClips clips =
          new EvaluationClips(here, recipe, views, together, hadoop.configuration(), patience);
      ScoredVideos scored = new ScoredVideos(this, here, split, network, clips, first, end);
      TaskContext.get()
          .addTaskCompletionListener((TaskCompletionListener) context -> scored.close());
      return scored;
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }
}

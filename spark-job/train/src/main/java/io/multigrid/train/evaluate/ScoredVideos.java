package io.multigrid.train.evaluate;

import io.multigrid.models.ClipBatch;
import io.multigrid.models.Network;
import io.multigrid.schedules.Recipe;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Split;
import io.multigrid.train.feed.EvaluationClips;
import io.multigrid.train.feed.LabelSets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * Some videos of a split, scored batch by batch as they are asked for. Which videos share a batch
 * does not depend on the number of tasks, so neither does any bit of the scores.
 */
final class ScoredVideos implements Iterator<Scored>, AutoCloseable {
  private final Recipe recipe;
  private final Dataset data;
  private final Split split;
  private final EvaluationClips.Views views;
  private final Network network;
  private final EvaluationClips clips;
  private final Deque<Scored> ready = new ArrayDeque<>();
  private int next;
  private final int end;

  /**
   * @param clips of {@link EvaluationClips.Views#videosAtOnce} videos
   * @param first video
   * @param end after the last one
   */
  ScoredVideos(
      Evaluator evaluator,
      Dataset data,
      Split split,
      Network network,
      EvaluationClips clips,
      int first,
      int end) {
    this.recipe = evaluator.recipe();
    this.views = evaluator.views();
    this.data = data;
    this.split = split;
    this.network = network;
    this.clips = clips;
    this.next = first;
    this.end = end;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && next < end) {
      int last = Math.min(next + views.videosAtOnce(), end);
      try {
        score(clips.clips(split, IntStream.range(next, last).toArray()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      next = last;
    }
    return !ready.isEmpty();
  }

  @Override
  public Scored next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void score(EvaluationClips.Batch batch) {
    batch.damaged().forEach((video, note) -> ready.add(new Scored(video, null, note)));
    if (batch.videos().isEmpty()) {
      return;
    }
    float[][] scores = scores(batch.clips());
    for (int v = 0; v < batch.videos().size(); v++) {
      int video = batch.videos().get(v);
      int[] labels = LabelSets.of(data.video(split, video));
      ready.add(Scored.of(new Prediction(video, labels, combined(scores, v))));
    }
  }

  private float[][] scores(ClipBatch batch) {
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

  @Override
  public void close() {
    clips.close();
    network.close();
  }
}

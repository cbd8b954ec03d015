package io.multigrid.train.feed;

import io.multigrid.engine.Note;
import io.multigrid.models.ClipBatch;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.ShardException;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The evaluation clips of videos: T frames at the base stride, in {@link Views}. Not thread-safe.
 */
public final class EvaluationClips implements AutoCloseable {
  private final Dataset data;
  private final Recipe recipe;
  private final Views views;
  private final Readers readers;
  private final StoredGrid grid;
  private final Patience patience;
  private final ClipSampler sampler;
  private final Resampler resampler = new Resampler();
  private final ByteBuffer pixels;
  private final int videosPerBatch;

  /** What a video's scores are of its views'. */
  public enum Combine {
    MEAN,
    MAX
  }

  /** What a network scores of a window. */
  public enum Pooling {
    /** The mean of its features, as in training. */
    CLIP,
    /** Every part of the size of training clips; the mean of their scores is the window's. */
    WINDOWS
  }

  /**
   * How a video is looked at: {@code times} clips along it by a rule, {@code positions} windows of
   * {@code crop} pixels along its longer side after its shorter side was brought to {@code
   * shortSide}.
   */
  public record Views(
      Sampling.Rule rule,
      int times,
      int positions,
      int crop,
      int shortSide,
      Pooling pooling,
      Combine combine)
      implements java.io.Serializable {
    private static final int CLIPS_AT_ONCE = 16;

    public int count() {
      return times * positions;
    }

    /** Videos whose views are scored together. */
    public int videosAtOnce() {
      return Math.max(1, CLIPS_AT_ONCE / count());
    }
  }

  /**
   * @throws ShardException if the data set has no grid for the views
   */
  public EvaluationClips(
      Dataset data,
      Recipe recipe,
      Views views,
      int videosPerBatch,
      Configuration hadoop,
      Patience patience)
      throws IOException {
    this.data = data;
    this.recipe = recipe;
    this.views = views;
    this.videosPerBatch = videosPerBatch;
    this.grid = Grids.forCrop(recipe, recipe.clip().crop());
    this.readers = new Readers(data, hadoop);
    readers.get(grid); // that there is none is no damage of a video
    this.patience = patience;
    this.sampler = new ClipSampler(recipe);
    this.pixels =
        ByteBuffer.allocateDirect(Math.multiplyExact(videosPerBatch * views.count(), clipBytes()));
  }

  /**
   * Some videos.
   *
   * @param videos that could be read
   * @param clips all their views, video after video; there are none without videos
   * @param damaged the other ones, and why
   */
  public record Batch(List<Integer> videos, ClipBatch clips, Map<Integer, Note> damaged) {}

  /** Reads some videos; the memory is used again by the next call. */
  public Batch clips(Split split, int[] videos) throws IOException {
    if (videos.length > videosPerBatch) {
      throw new IllegalArgumentException(videos.length + " videos, at most " + videosPerBatch);
    }
    List<Integer> whole = new ArrayList<>();
    Map<Integer, Note> damaged = new LinkedHashMap<>();
    for (int video : videos) {
      try {
        views(split, video, whole.size() * views.count());
        whole.add(video);
      } catch (IOException | ShardException e) {
        if (Failure.of(e) != Failure.DAMAGED) {
          throw e;
        }
        damaged.put(video, new Note(data.video(split, video).path(), e.getMessage()));
      }
    }
    return new Batch(whole, batch(split, whole), damaged);
  }

  private ClipBatch batch(Split split, List<Integer> videos) {
    int[][] labels = new int[videos.size() * views.count()][];
    for (int v = 0; v < videos.size(); v++) {
      int[] set = LabelSets.of(data.video(split, videos.get(v)));
      Arrays.fill(labels, v * views.count(), (v + 1) * views.count(), set);
    }
    int bytes = labels.length * clipBytes();
    return new ClipBatch(
        pixels.clear().limit(bytes), labels.length, recipe.clip().frames(), views.crop(), labels);
  }

  private void views(Split split, int video, int firstClip) throws IOException {
    StoredVideo entry = data.video(split, video);
    for (int time = 0; time < views.times(); time++) {
      int[] wanted = sampler.evaluationFrames(views.rule(), entry, time, views.times());
      Frames source =
          patience.of(
              () -> readers.get(grid).read(split, video, wanted), failure -> readers.drop(grid));
      Scaled scaled =
          Scaled.to(new Scaled.Size(source.width(), source.height()), views.shortSide());
      for (int position = 0; position < views.positions(); position++) {
        ClipWindow window = scaled.even(views.crop(), position, views.positions());
        int clip = firstClip + time * views.positions() + position;
        resampler.write(source, window, views.crop(), pixels, clip * clipBytes());
      }
    }
  }

  private int clipBytes() {
    return 3 * recipe.clip().frames() * views.crop() * views.crop();
  }

  @Override
  public void close() {
    readers.close();
  }
}

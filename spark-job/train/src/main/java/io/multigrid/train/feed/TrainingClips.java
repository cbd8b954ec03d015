package io.multigrid.train.feed;

import io.multigrid.engine.Note;
import io.multigrid.networks.Model;
import io.multigrid.schedules.Draws;
import io.multigrid.schedules.Grids;
import io.multigrid.schedules.Iteration;
import io.multigrid.schedules.Recipe;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.Dataset;
import io.multigrid.shard.Frames;
import io.multigrid.shard.Split;
import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.storage.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hadoop.conf.Configuration;

/**
 * Makes single training clips: read, decoded, cropped and mirrored. For several threads at once.
 */
final class TrainingClips implements AutoCloseable {
  private final Recipe recipe;
  private final Dataset data;
  private final ClipSampler sampler;
  private final ClipSource source;
  private final LongAdder decodeNanos = new LongAdder();
  private final ThreadLocal<Resampler> resamplers = ThreadLocal.withInitial(Resampler::new);

  TrainingClips(Recipe recipe, Dataset data, Configuration hadoop, Patience patience) {
    this.recipe = recipe;
    this.data = data;
    this.sampler = new ClipSampler(recipe);
    this.source = new ClipSource(data, hadoop, patience);
  }

  /**
   * Makes a clip of a video or, if that is damaged, of the next one of the data set that is not:
   * the damage is in storage, so every run and every executor sees the same.
   *
   * @param pixels where it is written, from {@code offset} on
   * @return its labels
   */
  int[] make(Iteration iteration, int video, Draws draws, ByteBuffer pixels, int offset)
      throws IOException {
    long start = System.nanoTime();
    StoredGrid grid = Grids.forCrop(recipe, iteration.crop());
    int used = video;
    Optional<Frames> read = Optional.empty();
    int[] labels = {};
    while (read.isEmpty()) {
      StoredVideo entry = data.video(Split.TRAIN, used);
      int[] wanted = sampler.trainFrames(iteration, entry, draws);
      labels = labels(entry, wanted, grid);
      read = source.read(grid, used, wanted);
      if (read.isEmpty()) {
        used = (used + 1) % data.size(Split.TRAIN);
      }
      if (read.isEmpty() && used == video) {
        throw new IOException(data.uri() + ": every training video is damaged; prepare it again");
      }
    }
    Frames frames = read.get();
    ClipWindow window =
        sampler.trainWindow(iteration, new Scaled.Size(frames.width(), frames.height()), draws);
    resamplers.get().write(frames, window, iteration.crop(), pixels, offset);
    decodeNanos.add(System.nanoTime() - start);
    return labels;
  }

  /**
   * Of a network that learns any number of labels, a clip has those that hold in the time from its
   * first to its last frame; otherwise it has its video's.
   */
  private int[] labels(StoredVideo video, int[] frames, StoredGrid grid) {
    return recipe.model().loss().kind() == Model.Loss.Kind.SIGMOID
        ? LabelSets.during(video, frames[0] / grid.fps(), frames[frames.length - 1] / grid.fps())
        : LabelSets.of(video);
  }

  /** Seconds that threads spent on making clips since the last call. */
  double takeSeconds() {
    return decodeNanos.sumThenReset() / 1e9;
  }

  /** Videos that turned out to be damaged since the last call. */
  List<Note> takeNotes() {
    return source.takeNotes();
  }

  @Override
  public void close() {
    source.close();
  }
}

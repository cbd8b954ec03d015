package io.multigrid.train.feed;

import io.multigrid.shard.VideoEntry;
import io.multigrid.shard.VideoLabel;

/** The classes of a video, each once, wherever in it they hold. */
public final class LabelSets {
  private LabelSets() {}

  public static int[] of(VideoEntry video) {
    return video.labels().stream().mapToInt(VideoLabel::label).distinct().toArray();
  }
}

package io.multigrid.train.feed;

import io.multigrid.shard.StoredVideo;
import io.multigrid.shard.VideoLabel;

/** The classes of a video or of a part of it, each once. */
public final class LabelSets {
  private LabelSets() {}

  /**
   * Those that hold somewhere between two times, both included.
   *
   * @param first seconds from the video's first frame
   * @param last seconds
   */
  static int[] during(StoredVideo video, double first, double last) {
    return video.labels().stream()
        .filter(l -> l.start() == null || l.start() <= last)
        .filter(l -> l.end() == null || l.end() >= first)
        .mapToInt(VideoLabel::label)
        .distinct()
        .toArray();
  }

  /** Those that hold anywhere in it. */
  public static int[] of(StoredVideo video) {
    return video.labels().stream().mapToInt(VideoLabel::label).distinct().toArray();
  }
}

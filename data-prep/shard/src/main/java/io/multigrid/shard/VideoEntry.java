package io.multigrid.shard;

import java.io.Serializable;
import java.util.List;

/**
 * A video of a data set.
 *
 * @param path as the catalogue has it, followed by {@code #t=START,END} where the catalogue names a
 *     part of the file
 * @param labels one, several, or none where a video of many labels has none
 * @param width stored pixels
 * @param frames stored frames, at the grid's rate
 * @param durationSeconds of the source
 */
public record VideoEntry(
    String path,
    List<VideoLabel> labels,
    Split split,
    int width,
    int height,
    int frames,
    double durationSeconds)
    implements Serializable {
  /** The only label, or the first of several, or -1. */
  public int label() {
    return labels.isEmpty() ? -1 : labels.get(0).label();
  }
}

package io.multigrid.prep.catalogue;

import io.multigrid.shard.Split;
import io.multigrid.shard.VideoLabel;
import java.io.Serializable;
import java.util.List;

/**
 * A video of the catalogue.
 *
 * @param path relative to the root of the videos
 * @param span the part of the file that is meant; null for all of it
 */
public record CatalogueEntry(String path, List<VideoLabel> labels, Split split, TimeSpan span)
    implements Serializable {
  /** A whole file with one label. */
  public CatalogueEntry(String path, int label, Split split) {
    this(path, List.of(VideoLabel.whole(label)), split, null);
  }

  /** The name in the data set: the path, and the part if it is not the whole file. */
  public String name() {
    return span == null ? path : path + "#" + span.fragment();
  }
}

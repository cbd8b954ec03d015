package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.List;

/**
 * A video that stands in shards: a line of a data set's list of videos, field for field.
 *
 * @param path as the catalogue has it, followed by {@code #t=START,END} where the catalogue names a
 *     part of the file
 * @param labels one, several, or none where a video of many labels has none
 * @param width stored pixels on the first grid
 * @param height stored pixels on the first grid
 * @param durationSeconds of the source
 * @param shard index of its shard, the same on every grid
 * @param record index in that shard, the same on every grid
 * @param offsets of the record, grid by grid
 * @param frames stored frames, grid by grid
 * @param source for preparation; null in a data set that is opened to be read
 * @param facts for reports; null if they are not known, and in a data set that is opened to be read
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StoredVideo(
    @JsonProperty("path") String path,
    @JsonProperty("labels") List<VideoLabel> labels,
    @JsonProperty("split") Split split,
    @JsonProperty("width") int width,
    @JsonProperty("height") int height,
    @JsonProperty("durationSeconds") double durationSeconds,
    @JsonProperty("shard") int shard,
    @JsonProperty("record") int record,
    @JsonProperty("offsets") List<Long> offsets,
    @JsonProperty("frames") List<Integer> frames,
    @JsonProperty("source") Source source,
    @JsonProperty("facts") VideoFacts facts)
    implements Serializable {
  /** The same frames under other labels, in another split. */
  public StoredVideo labelled(List<VideoLabel> labels, Split split) {
    return with(labels, split, shard, record);
  }

  /** The same where a manifest counts its shard otherwise. */
  public StoredVideo placed(int shard, int record) {
    return with(labels, split, shard, record);
  }

  private StoredVideo with(List<VideoLabel> labels, Split split, int shard, int record) {
    return new StoredVideo(
        path,
        labels,
        split,
        width,
        height,
        durationSeconds,
        shard,
        record,
        offsets,
        frames,
        source,
        facts);
  }

  /** Stored frames on a grid. */
  public int frames(int grid) {
    return frames.get(grid);
  }

  /** The only label, or the first of several, or -1. */
  public int label() {
    return labels.isEmpty() ? -1 : labels.get(0).label();
  }
}

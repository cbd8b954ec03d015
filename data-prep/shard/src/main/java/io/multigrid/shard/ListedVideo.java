package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;
import java.util.List;

/**
 * A line of a data set's list of videos.
 *
 * @param path the video's name, see {@link VideoEntry#path}
 * @param width stored pixels on the first grid
 * @param shard index of its shard, the same on every grid
 * @param record index in that shard, the same on every grid
 * @param offsets of the record, grid by grid
 * @param frames grid by grid
 * @param facts for reports; null if they are not known
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ListedVideo(
    @JsonProperty("path") String path,
    @JsonProperty("labels") List<VideoLabel> labels,
    @JsonProperty("split") String split,
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
  /** The same without the index of its shard, which another manifest may count otherwise. */
  public ListedVideo unplaced() {
    return new ListedVideo(
        path,
        labels,
        split,
        width,
        height,
        durationSeconds,
        -1,
        record,
        offsets,
        frames,
        source,
        facts);
  }

  VideoEntry entry() {
    return new VideoEntry(
        path, labels, Split.of(split), width, height, frames.get(0), durationSeconds);
  }
}

package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonPOJOBuilder;
import java.io.Serializable;
import java.util.List;

/**
 * A video that stands in shards: a line of a data set's list of videos, which is one flat object.
 *
 * @param path as the catalogue has it, followed by {@code #t=START,END} where the catalogue names a
 *     part of the file
 * @param labels one, several, or none where a video of many labels has none
 * @param width stored pixels on the first grid
 * @param height stored pixels on the first grid
 * @param durationSeconds of the source
 * @param location in the shards
 * @param source for preparation; null in a data set that is opened to be read
 * @param facts for reports; null if they are not known, and in a data set that is opened to be read
 */
@JsonPropertyOrder({"path", "labels", "split", "width", "height", "durationSeconds", "location"})
@JsonDeserialize(builder = StoredVideo.Line.class)
public record StoredVideo(
    @JsonProperty("path") String path,
    @JsonProperty("labels") List<VideoLabel> labels,
    @JsonProperty("split") Split split,
    @JsonProperty("width") int width,
    @JsonProperty("height") int height,
    @JsonProperty("durationSeconds") double durationSeconds,
    @JsonUnwrapped Location location,
    @JsonProperty("source") Source source,
    @JsonProperty("facts") VideoFacts facts)
    implements Serializable {

  /**
   * Where a video's records are.
   *
   * @param shard index of the shard, the same on every grid
   * @param record index in that shard, the same on every grid
   * @param offsets of the record, grid by grid
   * @param frames stored frames, grid by grid
   */
  public record Location(
      @JsonProperty("shard") int shard,
      @JsonProperty("record") int record,
      @JsonProperty("offsets") List<Long> offsets,
      @JsonProperty("frames") List<Integer> frames)
      implements Serializable {}

  /** The same frames under other labels, in another split. */
  public StoredVideo labelled(List<VideoLabel> labels, Split split) {
    return with(labels, split, location);
  }

  /** The same where a manifest counts its shard otherwise. */
  public StoredVideo placed(int shard, int record) {
    return with(labels, split, new Location(shard, record, location.offsets, location.frames));
  }

  private StoredVideo with(List<VideoLabel> labels, Split split, Location location) {
    return new StoredVideo(
        path, labels, split, width, height, durationSeconds, location, source, facts);
  }

  /** Index of its shard, the same on every grid. */
  public int shard() {
    return location.shard;
  }

  /** Index in its shard, the same on every grid. */
  public int record() {
    return location.record;
  }

  /** Stored frames on a grid. */
  public int frames(int grid) {
    return location.frames.get(grid);
  }

  /** The only label, or the first of several, or -1. */
  public int label() {
    return labels.isEmpty() ? -1 : labels.get(0).label();
  }

  /** Collects the fields of a line; Jackson cannot read a record from an object that is flatter. */
  @JsonPOJOBuilder
  @JsonIgnoreProperties(ignoreUnknown = true)
  static final class Line {
    @JsonProperty private String path;
    @JsonProperty private List<VideoLabel> labels;
    @JsonProperty private Split split;
    @JsonProperty private int width;
    @JsonProperty private int height;
    @JsonProperty private double durationSeconds;
    @JsonProperty private int shard;
    @JsonProperty private int record;
    @JsonProperty private List<Long> offsets;
    @JsonProperty private List<Integer> frames;
    @JsonProperty private Source source;
    @JsonProperty private VideoFacts facts;

    StoredVideo build() {
      Location location = new Location(shard, record, offsets, frames);
      return new StoredVideo(
          path, labels, split, width, height, durationSeconds, location, source, facts);
    }
  }
}

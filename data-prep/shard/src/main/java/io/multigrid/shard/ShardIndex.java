package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The index at a shard's end, field for field the JSON of SPEC.md.
 *
 * @param keyEvery frame f can be decoded from frame {@code f - f % keyEvery} on
 */
record ShardIndex(
    @JsonProperty("shortSide") int shortSide,
    @JsonProperty("fps") double fps,
    @JsonProperty("codec") String codec,
    @JsonProperty("keyEvery") int keyEvery,
    @JsonProperty("records") List<Record> records) {
  record Record(
      @JsonProperty("offset") long offset,
      @JsonProperty("length") long length,
      @JsonProperty("path") String path,
      @JsonProperty("width") int width,
      @JsonProperty("height") int height,
      @JsonProperty("frames") int frames,
      @JsonProperty("durationSeconds") double durationSeconds) {}
}

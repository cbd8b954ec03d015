package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The index at a shard's end, field for field the JSON of SPEC.md. */
record ShardIndex(
    @JsonProperty("shortSide") int shortSide,
    @JsonProperty("fps") double fps,
    @JsonProperty("codec") String codec,
    @JsonProperty("records") List<Record> records) {
  record Record(
      @JsonProperty("offset") long offset,
      @JsonProperty("length") long length,
      @JsonProperty("path") String path,
      @JsonProperty("label") int label,
      @JsonProperty("split") String split,
      @JsonProperty("width") int width,
      @JsonProperty("height") int height,
      @JsonProperty("frames") int frames,
      @JsonProperty("durationSeconds") double durationSeconds) {
    VideoEntry entry() {
      return new VideoEntry(path, label, Split.of(split), width, height, frames, durationSeconds);
    }
  }
}

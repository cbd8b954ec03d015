package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * What the source of a video was like, for reports.
 *
 * @param width as shown, after rotation
 * @param fps nominal frames a second
 * @param frames that could be decoded
 * @param notes what the decoder complained about; empty if nothing
 */
public record VideoFacts(
    @JsonProperty("codec") String codec,
    @JsonProperty("pixelFormat") String pixelFormat,
    @JsonProperty("width") int width,
    @JsonProperty("height") int height,
    @JsonProperty("fps") double fps,
    @JsonProperty("frames") long frames,
    @JsonProperty("notes") String notes)
    implements Serializable {}

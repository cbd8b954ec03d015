package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * A label of a video.
 *
 * @param label index into the data set's classes
 * @param start seconds from the video's first frame; null if the label holds for all of it
 * @param end seconds; null if the label holds to the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VideoLabel(
    @JsonProperty("label") int label,
    @JsonProperty("start") Double start,
    @JsonProperty("end") Double end)
    implements Serializable {
  /** A label that holds for the whole video. */
  public static VideoLabel whole(int label) {
    return new VideoLabel(label, null, null);
  }
}

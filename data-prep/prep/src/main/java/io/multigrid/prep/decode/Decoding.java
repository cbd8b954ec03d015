package io.multigrid.prep.decode;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.VideoFacts;
import java.util.List;

/** What is said to a decoding process and what it answers, one JSON object a line each. */
public final class Decoding {
  private Decoding() {}

  /**
   * Decode a file.
   *
   * @param start seconds; 0 for the beginning
   * @param end seconds; 0 for the end
   * @param folder for the frames of grid g, in a file called g
   */
  public record Request(
      @JsonProperty("file") String file,
      @JsonProperty("start") double start,
      @JsonProperty("end") double end,
      @JsonProperty("grids") List<Grid> grids,
      @JsonProperty("codec") String codec,
      @JsonProperty("quality") int quality,
      @JsonProperty("limitSeconds") double limitSeconds,
      @JsonProperty("folder") String folder) {}

  public record Grid(@JsonProperty("shortSide") int shortSide, @JsonProperty("fps") double fps) {
    public static Grid of(StoredGrid grid) {
      return new Grid(grid.shortSide(), grid.fps());
    }
  }

  /** The frames of one grid: pixels of a frame, number of frames. */
  public record Stored(
      @JsonProperty("width") int width,
      @JsonProperty("height") int height,
      @JsonProperty("frames") int frames) {}

  /**
   * What decoding found.
   *
   * @param durationSeconds from the first frame's start to the last one's end
   * @param stored grid by grid
   */
  public record Found(
      @JsonProperty("facts") VideoFacts facts,
      @JsonProperty("durationSeconds") double durationSeconds,
      @JsonProperty("stored") List<Stored> stored) {}

  /** Either what was found, or why nothing was. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Reply(
      @JsonProperty("found") Found found,
      @JsonProperty("reason") Reason reason,
      @JsonProperty("detail") String detail) {}
}

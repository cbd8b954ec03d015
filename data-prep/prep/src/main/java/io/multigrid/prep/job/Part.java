package io.multigrid.prep.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Source;
import io.multigrid.shard.VideoFacts;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finished work: some videos in one shard a grid. It is written as {@code part.json} when all of
 * its shards are complete, so that a run that is stopped later has not worked in vain.
 *
 * @param settings {@link PrepSettings#fingerprint} of the run that wrote it
 * @param shards grid by grid; none if no video was usable
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Part(
    @JsonProperty("settings") String settings,
    @JsonProperty("shards") List<ShardInfo> shards,
    @JsonProperty("videos") List<Video> videos,
    @JsonProperty("quarantined") List<LeftOut> quarantined)
    implements Serializable {
  static final String FOLDER = "shards";
  static final String FILE = "part.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A video; its place in the list is its record in every shard.
   *
   * @param width stored pixels on the first grid
   * @param offsets grid by grid
   * @param frames grid by grid
   */
  record Video(
      @JsonProperty("path") String path,
      @JsonProperty("source") Source source,
      @JsonProperty("width") int width,
      @JsonProperty("height") int height,
      @JsonProperty("durationSeconds") double durationSeconds,
      @JsonProperty("offsets") List<Long> offsets,
      @JsonProperty("frames") List<Integer> frames,
      @JsonProperty("facts") VideoFacts facts)
      implements Serializable {}

  /** A video that was tried and left out. */
  record LeftOut(@JsonProperty("source") Source source, @JsonProperty("video") Quarantined video)
      implements Serializable {}

  /** Makes the part known to later runs. */
  void write(FileSystem files, Path folder) throws IOException {
    Storage.write(files, new Path(folder, FILE), JSON.writeValueAsBytes(this));
  }

  /** Every finished part below a data set; what is damaged is as good as not there. */
  static List<Part> all(FileSystem files, Path dataset) throws IOException {
    Path shards = new Path(dataset, FOLDER);
    List<Part> parts = new ArrayList<>();
    for (FileStatus folder : Storage.list(files, shards)) {
      read(files, new Path(folder.getPath(), FILE)).ifPresent(parts::add);
    }
    return parts;
  }

  private static Optional<Part> read(FileSystem files, Path file) throws IOException {
    try {
      return Optional.of(JSON.readValue(Storage.read(files, file), Part.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (StorageException e) {
      return switch (e.failure()) {
        case MISSING, DAMAGED -> Optional.empty();
        case TEMPORARY, NO_SPACE, REFUSED -> throw e;
      };
    }
  }
}

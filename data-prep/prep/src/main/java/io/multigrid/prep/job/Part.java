package io.multigrid.prep.job;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.prep.report.Quarantined;
import io.multigrid.shard.ShardInfo;
import io.multigrid.shard.Source;
import io.multigrid.shard.Storage;
import io.multigrid.shard.StoredVideo;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finished work: some videos in one shard a grid. It is written as {@code part.json} when all of
 * its shards are complete, so that a run that is stopped later has not worked in vain.
 *
 * @param settings {@link PrepSettings#fingerprint} of the run that wrote it
 * @param shards grid by grid; none if no video was usable
 * @param videos in the order of their records; shard 0 is the part's own
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Part(
    @JsonProperty("settings") String settings,
    @JsonProperty("shards") List<ShardInfo> shards,
    @JsonProperty("videos") List<StoredVideo> videos,
    @JsonProperty("quarantined") List<LeftOut> quarantined)
    implements Serializable {
  static final String FOLDER = "shards";
  static final String FILE = "part.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A video that was tried and left out.
   *
   * @param timeLimitSeconds that it was tried with the last time
   * @param runs in which this file was tried
   */
  record LeftOut(
      @JsonProperty("source") Source source,
      @JsonProperty("video") Quarantined video,
      @JsonProperty("timeLimitSeconds") double timeLimitSeconds,
      @JsonProperty("runs") int runs)
      implements Serializable {
    /** A crash may have been the machine's fault, as with a full memory, but not this often. */
    private static final int MOST_CRASHES = 3;

    /**
     * Would another try end the same?
     *
     * @param now the file as it is
     * @param limitSeconds that it would be tried with
     */
    boolean holds(Source now, double limitSeconds) {
      return now.equals(source)
          && switch (video.reason()) {
            case NOT_FOUND, READ_ERROR, LOCAL_DISK -> false;
            case TIMEOUT -> limitSeconds <= timeLimitSeconds;
            case CRASH -> runs >= MOST_CRASHES;
            default -> true;
          };
    }
  }

  /** Its videos with their records, which older parts left out. */
  List<StoredVideo> placed() {
    List<StoredVideo> placed = new ArrayList<>(videos.size());
    for (StoredVideo video : videos) {
      placed.add(video.placed(0, placed.size()));
    }
    return placed;
  }

  /** Makes the part known to later runs. */
  void write(FileSystem files, Path folder) throws IOException {
    Storage.write(files, new Path(folder, FILE), JSON.writeValueAsBytes(this));
  }

  /**
   * What a driver has to know of a part that an executor wrote.
   *
   * @param folder below the data set
   * @param frames decoded
   * @param sourceBytes read
   */
  record Done(String folder, int videos, int quarantined, long frames, long sourceBytes)
      implements Serializable {}

  Done done(String folder) {
    return new Done(
        folder,
        videos.size(),
        quarantined.size(),
        videos.stream().mapToLong(video -> video.facts().frames()).sum(),
        videos.stream().mapToLong(video -> video.source().bytes()).sum());
  }

  /** The part that an executor has just written. */
  static Part read(FileSystem files, Path dataset, Done done) throws IOException {
    Path file = new Path(new Path(dataset, done.folder()), FILE);
    return read(files, file)
        .orElseThrow(
            () ->
                new NotCommittedException(
                    file
                        + ": cannot be read though it was written a moment ago; nothing was committed; run again, what is finished is kept"));
  }

  /** Hands over every finished part; what cannot be read is as good as not there. */
  static void each(FileSystem files, Path dataset, Consumer<Part> taker) throws IOException {
    Path shards = new Path(dataset, FOLDER);
    if (files.exists(shards)) {
      for (FileStatus folder : files.listStatus(shards)) {
        read(files, new Path(folder.getPath(), FILE)).ifPresent(taker);
      }
    }
  }

  private static Optional<Part> read(FileSystem files, Path file) {
    try (InputStream in = files.open(file)) {
      return Optional.of(JSON.readValue(in, Part.class));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

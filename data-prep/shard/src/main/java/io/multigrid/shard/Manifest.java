package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.schedules.StoredGrid;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What a data set holds: the JSON of SPEC.md.
 *
 * @param revision counts commits, from 1
 * @param classes names; a label is an index into them
 * @param videos number of videos by split
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    @JsonProperty("format") String format,
    @JsonProperty("version") int version,
    @JsonProperty("revision") int revision,
    @JsonProperty("codec") String codec,
    @JsonProperty("classes") List<String> classes,
    @JsonProperty("videos") Map<String, Integer> videos,
    @JsonProperty("quarantined") int quarantined,
    @JsonProperty("grids") List<Grid> grids)
    implements Serializable {
  public static final String FILE = "manifest.json";
  private static final String FORMAT = "multigrid-dataset";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The shards of one grid. */
  public record Grid(
      @JsonProperty("shortSide") int shortSide,
      @JsonProperty("fps") double fps,
      @JsonProperty("shards") List<ShardInfo> shards)
      implements Serializable {
    public StoredGrid stored() {
      return new StoredGrid(shortSide, fps);
    }
  }

  public static Manifest of(
      int revision,
      String codec,
      List<String> classes,
      Map<String, Integer> videos,
      int quarantined,
      List<Grid> grids) {
    return new Manifest(
        FORMAT, ShardFormat.VERSION, revision, codec, classes, videos, quarantined, grids);
  }

  /**
   * The newest committed manifest.
   *
   * @throws FileNotFoundException if nothing was committed there
   */
  public static Manifest read(FileSystem files, Path dataset) throws IOException {
    Path file = new Path(dataset, FILE);
    Manifest manifest;
    try (InputStream in = files.open(file)) {
      manifest = JSON.readValue(in, Manifest.class);
    } catch (FileNotFoundException e) {
      throw new FileNotFoundException(
          dataset
              + ": no "
              + FILE
              + " there, so no data set was committed; run prep --out "
              + dataset);
    } catch (JsonProcessingException e) {
      throw new ShardException(file + ": not a manifest: " + e.getOriginalMessage(), e);
    }
    if (!FORMAT.equals(manifest.format()) || manifest.version() != ShardFormat.VERSION) {
      throw new ShardException(
          "%s: format %s version %d; this program reads %s version %d"
              .formatted(file, manifest.format(), manifest.version(), FORMAT, ShardFormat.VERSION));
    }
    return manifest;
  }

  /** The folder, below the data set, of a revision's shards. */
  public static String shardFolder(int revision) {
    return "shards/" + revision;
  }

  /** Makes this manifest the data set's. Its shards must be complete. */
  public void commit(FileSystem files, Path dataset) throws IOException {
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    Storage.write(files, new Path(dataset, "manifest-" + revision + ".json"), json);
    Storage.write(files, new Path(dataset, FILE), json);
  }
}

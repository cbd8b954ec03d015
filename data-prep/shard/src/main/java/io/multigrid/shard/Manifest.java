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
 * @param quality of the codec, 1 to 100
 * @param classes names; a label is an index into them
 * @param videos number of videos by split
 * @param list the list of videos, a file below the data set
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
    @JsonProperty("format") String format,
    @JsonProperty("version") int version,
    @JsonProperty("revision") int revision,
    @JsonProperty("codec") String codec,
    @JsonProperty("quality") int quality,
    @JsonProperty("classes") List<String> classes,
    @JsonProperty("videos") Map<String, Integer> videos,
    @JsonProperty("quarantined") int quarantined,
    @JsonProperty("list") ShardInfo list,
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

  /**
   * The newest committed manifest.
   *
   * @throws FileNotFoundException if nothing was committed there
   */
  public static Manifest read(FileSystem files, Path dataset) throws IOException {
    return read(files, dataset, FILE);
  }

  /**
   * The manifest of a revision, as long as it is kept.
   *
   * @throws FileNotFoundException if there is no such revision, or no longer
   */
  public static Manifest read(FileSystem files, Path dataset, int revision) throws IOException {
    return read(files, dataset, file(revision));
  }

  private static Manifest read(FileSystem files, Path dataset, String name) throws IOException {
    Path file = new Path(dataset, name);
    Manifest manifest;
    try (InputStream in = files.open(file)) {
      manifest = JSON.readValue(in, Manifest.class);
    } catch (FileNotFoundException e) {
      throw new FileNotFoundException(
          name.equals(FILE)
              ? dataset
                  + ": no "
                  + FILE
                  + " there, so no data set was committed; run prep --out "
                  + dataset
              : dataset + ": no " + name + " there; that revision was never committed or is gone");
    } catch (JsonProcessingException e) {
      throw new ShardException(file + ": not a manifest: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw StorageException.of("read", file, e);
    }
    if (!FORMAT.equals(manifest.format()) || manifest.version() != ShardFormat.VERSION) {
      throw new ShardException(
          "%s: format %s version %d; this program reads %s version %d"
              .formatted(file, manifest.format(), manifest.version(), FORMAT, ShardFormat.VERSION));
    }
    return manifest;
  }

  /** The copy of a revision's manifest that stays when a later one is committed. */
  public static String file(int revision) {
    return "manifests/manifest-%06d.json".formatted(revision);
  }

  /** The list of a revision's videos. */
  static String listFile(int revision) {
    return "manifests/videos-%06d.jsonl.gz".formatted(revision);
  }

  /**
   * Writes the list of videos, then the manifest. It is the data set's from the last rename on. Its
   * shards must be complete.
   *
   * @param videos in the order in which readers shall count them
   */
  public static Manifest commit(
      FileSystem files, Path dataset, Content content, List<ListedVideo> videos)
      throws IOException {
    int revision = content.revision();
    ShardInfo list = VideoList.write(files, dataset, listFile(revision), videos);
    Manifest manifest =
        new Manifest(
            FORMAT,
            ShardFormat.VERSION,
            revision,
            content.codec(),
            content.quality(),
            content.classes(),
            content.videos(),
            content.quarantined(),
            list,
            content.grids());
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
    Storage.write(files, new Path(dataset, file(revision)), json);
    Storage.write(files, new Path(dataset, FILE), json);
    return manifest;
  }

  /** The videos of this manifest, in order. */
  public List<ListedVideo> listedVideos(FileSystem files, Path dataset) throws IOException {
    return VideoList.read(files, dataset, list);
  }

  /** What a manifest is made of, apart from its list of videos. */
  public record Content(
      int revision,
      String codec,
      int quality,
      List<String> classes,
      Map<String, Integer> videos,
      int quarantined,
      List<Grid> grids) {}
}

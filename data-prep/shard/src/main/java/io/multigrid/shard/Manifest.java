package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.multigrid.config.ConfigurationException;
import io.multigrid.config.Problem;
import io.multigrid.schedules.StoredGrid;
import io.multigrid.shard.storage.Failure;
import io.multigrid.shard.storage.Storage;
import io.multigrid.shard.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FileStatus;
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
  private static final String FOLDER = "manifests";
  private static final Pattern CLAIM = Pattern.compile("manifest-(\\d{1,9})\\.json");
  private static final String FORMAT = "multigrid-dataset";
  private static final long VIDEO_BYTES = 72;
  private static final long GRID_BYTES = 12;
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
    try {
      manifest = JSON.readValue(Storage.read(files, file), Manifest.class);
    } catch (JsonProcessingException e) {
      throw damaged(file, JsonFault.text(e));
    } catch (StorageException e) {
      if (e.failure() != Failure.MISSING) {
        throw e;
      }
      refuseFile(files, dataset);
      throw new FileNotFoundException(
          name.equals(FILE)
              ? dataset
                  + ": no "
                  + FILE
                  + " there, so no data set was committed; run prep --out "
                  + dataset
              : dataset + ": no " + name + " there; that revision was never committed or is gone");
    }
    if (manifest == null) {
      throw damaged(file, "it says nothing");
    }
    if (!FORMAT.equals(manifest.format()) || manifest.version() != ShardFormat.VERSION) {
      throw ShardException.refused(
          "%s: format %s version %s; this program reads %s version %s"
              .formatted(file, manifest.format(), manifest.version(), FORMAT, ShardFormat.VERSION));
    }
    if (Stream.of(manifest.classes(), manifest.videos(), manifest.list(), manifest.grids())
        .anyMatch(Objects::isNull)) {
      throw damaged(file, "it lacks classes, videos, list or grids");
    }
    return manifest;
  }

  private static ShardException damaged(Path file, String what) {
    return new ShardException(
        "%s: not a manifest: %s; copy the newest of the folder %s over it, or prepare the data set again"
            .formatted(file, what, FOLDER));
  }

  private static void refuseFile(FileSystem files, Path dataset) throws IOException {
    if (Storage.exists(files, dataset) && !Storage.status(files, dataset).isDirectory()) {
      throw new ConfigurationException(
          List.of(
              new Problem(
                  dataset.toString(),
                  "data set",
                  "",
                  "is a file; a data set is a folder that prep wrote",
                  "give the folder that holds " + FILE)));
    }
  }

  /** The copy of a revision's manifest that stays when a later one is committed. */
  public static String file(int revision) {
    return String.format(Locale.ROOT, "%s/manifest-%06d.json", FOLDER, revision);
  }

  /** A name for the list of a revision's videos that nobody else takes. */
  private static String listFile(int revision) {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    return String.format(Locale.ROOT, "%s/videos-%06d-%s.jsonl.gz", FOLDER, revision, mark);
  }

  /** The greatest revision that was claimed so far, committed or not; 0 if there is none. */
  public static int lastClaimed(FileSystem files, Path dataset) throws IOException {
    int last = 0;
    for (FileStatus file : Storage.list(files, new Path(dataset, FOLDER))) {
      Matcher name = CLAIM.matcher(file.getPath().getName());
      last = name.matches() ? Math.max(last, Integer.parseInt(name.group(1))) : last;
    }
    return last;
  }

  /**
   * Claims a revision, and makes it the data set's. Its shards must be complete.
   *
   * @throws IOException if the revision is somebody else's
   */
  public static Manifest commit(
      FileSystem files, Path dataset, Content content, Iterable<StoredVideo> videos)
      throws IOException {
    Manifest manifest = claim(files, dataset, content, videos);
    manifest.publish(files, dataset);
    return manifest;
  }

  /**
   * Writes the list of videos, then the revision's manifest, unless there is one: of several that
   * want the same number, one gets it.
   *
   * @throws IOException if the revision is somebody else's
   */
  public static Manifest claim(
      FileSystem files, Path dataset, Content content, Iterable<StoredVideo> videos)
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
    if (!Storage.writeNew(files, new Path(dataset, file(revision)), manifest.json())) {
      Storage.delete(files, new Path(dataset, list.file()));
      throw StorageException.refused(
          "%s: another preparation took revision %s a moment ago; run again, what is finished is kept"
              .formatted(dataset, revision));
    }
    return manifest;
  }

  /** Makes a claimed revision the data set's: it is from one rename on. */
  public void publish(FileSystem files, Path dataset) throws IOException {
    Storage.write(files, new Path(dataset, FILE), json());
  }

  private byte[] json() throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
  }

  /** Hands over the videos of this manifest, in order, one by one. */
  public void eachVideo(FileSystem files, Path dataset, Consumer<StoredVideo> taker)
      throws IOException {
    VideoList.each(files, dataset, list, taker);
  }

  /**
   * Tells contents apart: two data sets with one fingerprint have the same videos, labels and
   * pixels.
   */
  public String fingerprint() {
    CRC32C listed = new CRC32C();
    CRC32C stored = new CRC32C();
    update(listed, codec + classes);
    update(listed, list);
    for (Grid grid : grids) {
      update(stored, grid.stored().name());
      grid.shards().forEach(shard -> update(stored, shard));
    }
    return "%08x%08x".formatted(listed.getValue(), stored.getValue());
  }

  private static void update(CRC32C crc, ShardInfo file) {
    update(crc, file.records() + "," + file.bytes() + "," + file.crc32c() + ";");
  }

  private static void update(CRC32C crc, String text) {
    crc.update(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Videos of a split, as the manifest counts them. */
  int count(Split split) {
    return videos.getOrDefault(split.text(), 0);
  }

  /**
   * What the opened list takes on the heap of every JVM that reads videos, estimated from above
   * before it is opened: names of 32 bytes beyond what they share, two labels.
   */
  public long heapBytes() {
    return list.records() * (VIDEO_BYTES + GRID_BYTES * grids.size());
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

package io.multigrid.shard;

import io.multigrid.schedules.StoredGrid;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A committed data set. It stays as it was opened when later revisions are committed.
 *
 * <p>This is a handle: what travels to another JVM is where the data set is and what is small. The
 * list of videos stays here; {@link #opened} reads it there, once a JVM.
 */
public final class Dataset implements Serializable {
  private static final long serialVersionUID = 2;

  private final String uri;
  private final int revision;
  private final String fingerprint;
  private final String codec;
  private final List<String> classes;
  private final List<StoredGrid> grids;
  private final int[] sizes;
  private final transient OpenedList list;

  private Dataset(String uri, OpenedList list) {
    Manifest manifest = list.manifest();
    this.uri = uri;
    this.revision = manifest.revision();
    this.fingerprint = manifest.fingerprint();
    this.codec = manifest.codec();
    this.classes = List.copyOf(manifest.classes());
    this.grids = manifest.grids().stream().map(Manifest.Grid::stored).toList();
    this.sizes = new int[Split.values().length];
    for (Split split : Split.values()) {
      sizes[split.ordinal()] = list.videos(split).size();
    }
    this.list = list;
  }

  /**
   * Opens the newest revision.
   *
   * @param uri the folder that prep wrote, local or of any Hadoop file system
   */
  public static Dataset open(String uri, Configuration hadoop) throws IOException {
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    return open(files, root, Manifest.read(files, root));
  }

  /**
   * Opens one revision, for instance the one that a training began with.
   *
   * @throws java.io.FileNotFoundException if there is no such revision, or no longer
   */
  public static Dataset open(String uri, int revision, Configuration hadoop) throws IOException {
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    return open(files, root, Manifest.read(files, root, revision));
  }

  private static Dataset open(FileSystem files, Path root, Manifest manifest) throws IOException {
    OpenedList list = OpenedList.read(files, root, manifest);
    String uri = root.toString();
    return new Dataset(
        uri, list.share(new OpenedList.Key(uri, manifest.revision(), manifest.fingerprint())));
  }

  /**
   * The same data set with its list of videos, where the handle came from another JVM.
   *
   * @throws ShardException if another data set stands there now
   */
  public Dataset opened(Configuration hadoop) throws IOException {
    return list != null
        ? this
        : new Dataset(
            uri,
            OpenedList.of(new OpenedList.Key(uri, revision, fingerprint), () -> readAgain(hadoop)));
  }

  private OpenedList readAgain(Configuration hadoop) throws IOException {
    Path root = new Path(uri);
    FileSystem files = root.getFileSystem(hadoop);
    Manifest manifest = Manifest.read(files, root, revision);
    if (!manifest.fingerprint().equals(fingerprint)) {
      throw new ShardException(
          "%s: revision %s is not the one that was opened: its contents are %s, they were %s; it was prepared anew, so start again"
              .formatted(uri, revision, manifest.fingerprint(), fingerprint));
    }
    return OpenedList.read(files, root, manifest);
  }

  private OpenedList list() {
    if (list == null) {
      throw new IllegalStateException(uri + ": the list of videos is not open in this JVM");
    }
    return list;
  }

  public String uri() {
    return uri;
  }

  public int revision() {
    return revision;
  }

  /** See {@link Manifest#fingerprint}. */
  public String fingerprint() {
    return fingerprint;
  }

  public Manifest manifest() {
    return list().manifest();
  }

  public String codec() {
    return codec;
  }

  public List<String> classes() {
    return classes;
  }

  public List<StoredGrid> grids() {
    return grids;
  }

  public int size(Split split) {
    return sizes[split.ordinal()];
  }

  /** A video; its source and facts are not kept. */
  public StoredVideo video(Split split, int video) {
    return videos(split).video(video);
  }

  public int label(Split split, int video) {
    return videos(split).labels().first(video);
  }

  /** How many different classes a video has. */
  public int classes(Split split, int video) {
    return videos(split).labels().classes(video);
  }

  /** Stored frames of a video on a grid, counted as {@link #grids} does. */
  public int frames(Split split, int video, int grid) {
    return videos(split).frames(video, grid);
  }

  VideoTable videos(Split split) {
    return list().videos(split);
  }

  /** What the opened list takes on the heap of every JVM that reads videos, in bytes. */
  public long heapBytes() {
    return list().heapBytes();
  }

  /**
   * A reader of one grid's shards. It opens files when they are first needed.
   *
   * @throws ShardException if the data set has no such grid
   */
  public ClipReader reader(StoredGrid grid, Configuration hadoop) throws IOException {
    int index = grids.indexOf(grid);
    if (index < 0) {
      throw ShardException.refused(
          "%s: has no grid %s but %s; run prep again with this recipe"
              .formatted(uri, grid.name(), grids.stream().map(StoredGrid::name).toList()));
    }
    return new ShardClipReader(uri, list(), index, new Path(uri).getFileSystem(hadoop));
  }

  /**
   * Reads every byte, on all processors.
   *
   * @return every damage that was found, in words; empty when all is well
   */
  public List<String> verify(Configuration hadoop) throws IOException {
    return verification(hadoop).shards(0, shards(), Runtime.getRuntime().availableProcessors());
  }

  /** Shards of each grid. */
  public int shards() {
    return manifest().grids().stream().mapToInt(grid -> grid.shards().size()).max().orElse(0);
  }

  /**
   * As {@link #verify(Configuration)}, from one shard of every grid to before another, on one
   * processor.
   */
  public List<String> verify(Configuration hadoop, int from, int to) throws IOException {
    return verification(hadoop).shards(from, to, 1);
  }

  private Verification verification(Configuration hadoop) throws IOException {
    return new Verification(this, new Path(uri).getFileSystem(hadoop));
  }
}

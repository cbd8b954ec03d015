package io.multigrid.shard;

import io.multigrid.schedules.StoredGrid;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A committed data set: its manifest and, from its list of videos, where each video of each split
 * is. It stays as it was opened when later revisions are committed.
 */
public final class Dataset implements Serializable {
  private static final long serialVersionUID = 1;

  private final String uri;
  private final Manifest manifest;
  private final Map<Split, List<Item>> items;

  /**
   * A video.
   *
   * @param entry as on the first grid
   * @param record its record in shard {@code shard} of every grid
   * @param offsets of that record, grid by grid
   * @param frames frames on each grid
   */
  record Item(VideoEntry entry, int shard, int record, long[] offsets, int[] frames)
      implements Serializable {
    static Item of(ListedVideo video) {
      return new Item(
          video.entry(),
          video.shard(),
          video.record(),
          video.offsets().stream().mapToLong(Long::longValue).toArray(),
          video.frames().stream().mapToInt(Integer::intValue).toArray());
    }
  }

  private Dataset(String uri, Manifest manifest, Map<Split, List<Item>> items) {
    this.uri = uri;
    this.manifest = manifest;
    this.items = items;
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
    Map<Split, List<Item>> items = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      items.put(split, new ArrayList<>());
    }
    for (ListedVideo video : manifest.listedVideos(files, root)) {
      items.get(Split.of(video.split())).add(Item.of(video));
    }
    return new Dataset(root.toString(), manifest, items);
  }

  public String uri() {
    return uri;
  }

  public Manifest manifest() {
    return manifest;
  }

  public List<String> classes() {
    return manifest.classes();
  }

  public List<StoredGrid> grids() {
    return manifest.grids().stream().map(Manifest.Grid::stored).toList();
  }

  public int size(Split split) {
    return items.get(split).size();
  }

  public int label(Split split, int video) {
    return video(split, video).label();
  }

  /** A video; width and height are those of the first grid. */
  public VideoEntry video(Split split, int video) {
    return items.get(split).get(video).entry();
  }

  Item item(Split split, int video) {
    return items.get(split).get(video);
  }

  /**
   * A reader of one grid's shards. It opens files when they are first needed.
   *
   * @throws ShardException if the data set has no such grid
   */
  public ClipReader reader(StoredGrid grid, Configuration hadoop) throws IOException {
    int index = grids().indexOf(grid);
    if (index < 0) {
      throw ShardException.refused(
          "%s: has no grid %s but %s; run prep again with this recipe"
              .formatted(uri, grid.name(), grids().stream().map(StoredGrid::name).toList()));
    }
    return new ShardClipReader(this, index, new Path(uri).getFileSystem(hadoop));
  }

  /**
   * Reads every byte.
   *
   * @return every damage that was found, in words; empty when all is well
   */
  public List<String> verify(Configuration hadoop) throws IOException {
    return Verification.of(this, new Path(uri).getFileSystem(hadoop));
  }
}

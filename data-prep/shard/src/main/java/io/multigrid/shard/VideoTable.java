package io.multigrid.shard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The videos of one split as columns: about 40 bytes a video, and 12 more on every grid. */
final class VideoTable {
  private static final int FEWEST = 16;

  private final Split split;
  private final PathColumn paths = new PathColumn();
  private final LabelColumn labels = new LabelColumn();
  private int size;
  private char[] widths;
  private char[] heights;
  private double[] durations;
  private int[] shards;
  private int[] records;
  private final long[][] offsets;
  private final int[][] frames;

  /**
   * @param expected videos; more may come
   */
  VideoTable(Split split, int grids, int expected) {
    this.split = split;
    int capacity = Math.max(expected, FEWEST);
    this.widths = new char[capacity];
    this.heights = new char[capacity];
    this.durations = new double[capacity];
    this.shards = new int[capacity];
    this.records = new int[capacity];
    this.offsets = new long[grids][capacity];
    this.frames = new int[grids][capacity];
  }

  /** Adds a video whose labels were added before. */
  void add(String path, int width, int height, double duration, int shard, int record) {
    if (size == shards.length) {
      resize(size + (size >> 1));
    }
    paths.add(path);
    labels.endVideo();
    widths[size] = (char) width;
    heights[size] = (char) height;
    durations[size] = duration;
    shards[size] = shard;
    records[size] = record;
    size++;
  }

  /** Where the video that was added last is on a grid. */
  void place(int grid, long offset, int frameCount) {
    offsets[grid][size - 1] = offset;
    frames[grid][size - 1] = frameCount;
  }

  LabelColumn labels() {
    return labels;
  }

  /** No more videos come. */
  void complete() {
    paths.complete();
    labels.complete();
    if (size < shards.length) {
      resize(size);
    }
  }

  private void resize(int capacity) {
    widths = Arrays.copyOf(widths, capacity);
    heights = Arrays.copyOf(heights, capacity);
    durations = Arrays.copyOf(durations, capacity);
    shards = Arrays.copyOf(shards, capacity);
    records = Arrays.copyOf(records, capacity);
    for (int g = 0; g < offsets.length; g++) {
      offsets[g] = Arrays.copyOf(offsets[g], capacity);
      frames[g] = Arrays.copyOf(frames[g], capacity);
    }
  }

  int size() {
    return size;
  }

  int shard(int video) {
    return shards[video];
  }

  int record(int video) {
    return records[video];
  }

  long offset(int video, int grid) {
    return offsets[grid][video];
  }

  int frames(int video, int grid) {
    return frames[grid][video];
  }

  String path(int video) {
    return paths.get(video);
  }

  StoredVideo video(int video) {
    List<Long> at = new ArrayList<>(offsets.length);
    List<Integer> counts = new ArrayList<>(offsets.length);
    for (int g = 0; g < offsets.length; g++) {
      at.add(offsets[g][video]);
      counts.add(frames[g][video]);
    }
    return new StoredVideo(
        paths.get(video),
        labels.of(video),
        split,
        widths[video],
        heights[video],
        durations[video],
        new StoredVideo.Location(shards[video], records[video], at, counts),
        null,
        null);
  }

  /** On the heap. */
  long heapBytes() {
    int rest = 2 * Character.BYTES + Double.BYTES + 2 * Integer.BYTES;
    long grid = Long.BYTES + Integer.BYTES;
    return paths.heapBytes() + labels.heapBytes() + size * (rest + grid * offsets.length);
  }
}

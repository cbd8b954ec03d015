package io.multigrid.shard;

import java.util.AbstractList;
import java.util.List;

/** The videos of a list by the shards that they are in, for a range of shards. */
final class ListedRecords {
  private final Dataset data;
  private final int firstShard;
  private final int[] starts;
  private final int[] videos;
  private final byte[] splits;

  /** What the list says of a record on a grid. */
  record Record(int index, String path, long offset, int frames) {}

  ListedRecords(Dataset data, int from, int to) {
    this.data = data;
    this.firstShard = from;
    this.starts = new int[Math.max(0, to - from) + 1];
    for (Split split : Split.values()) {
      for (int v = 0; v < data.size(split); v++) {
        int shard = data.videos(split).shard(v);
        if (shard >= from && shard < to) {
          starts[shard - from + 1]++;
        }
      }
    }
    for (int s = 1; s < starts.length; s++) {
      starts[s] += starts[s - 1];
    }
    this.videos = new int[starts[starts.length - 1]];
    this.splits = new byte[videos.length];
    int[] next = starts.clone();
    for (Split split : Split.values()) {
      for (int v = 0; v < data.size(split); v++) {
        int shard = data.videos(split).shard(v);
        if (shard >= from && shard < to) {
          int at = next[shard - from]++;
          videos[at] = v;
          splits[at] = (byte) split.ordinal();
        }
      }
    }
  }

  List<Record> of(int shard, int grid) {
    int first = starts[shard - firstShard];
    int end = starts[shard - firstShard + 1];
    return new AbstractList<>() {
      @Override
      public Record get(int i) {
        int video = videos[first + i];
        VideoTable table = data.videos(Split.values()[splits[first + i]]);
        return new Record(
            table.record(video),
            table.path(video),
            table.offset(video, grid),
            table.frames(video, grid));
      }

      @Override
      public int size() {
        return end - first;
      }
    };
  }
}

package io.multigrid.shard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The labels of videos, one video after the other; times only where there are some. */
final class LabelColumn {
  private int[] ends = new int[16];
  private int[] labels = new int[16];
  private double[] times = {};
  private int videos;
  private int count;

  /** A label of the video that comes next; NaN for a time that is not given. */
  void add(int label, double start, double end) {
    if (count == labels.length) {
      labels = Arrays.copyOf(labels, count + (count >> 1));
    }
    boolean timed = !Double.isNaN(start) || !Double.isNaN(end);
    if (timed && times.length == 0) {
      times = new double[2 * labels.length];
      Arrays.fill(times, Double.NaN);
    } else if (times.length > 0 && times.length < 2 * labels.length) {
      int before = times.length;
      times = Arrays.copyOf(times, 2 * labels.length);
      Arrays.fill(times, before, times.length, Double.NaN);
    }
    if (timed) {
      times[2 * count] = start;
      times[2 * count + 1] = end;
    }
    labels[count++] = label;
  }

  void endVideo() {
    if (videos == ends.length) {
      ends = Arrays.copyOf(ends, videos + (videos >> 1));
    }
    ends[videos++] = count;
  }

  /** No more videos come. */
  void complete() {
    ends = Arrays.copyOf(ends, videos);
    labels = Arrays.copyOf(labels, count);
    times = times.length == 0 ? times : Arrays.copyOf(times, 2 * count);
  }

  List<VideoLabel> of(int video) {
    int first = video == 0 ? 0 : ends[video - 1];
    if (ends[video] == first + 1 && times.length == 0) {
      return List.of(VideoLabel.whole(labels[first]));
    }
    List<VideoLabel> all = new ArrayList<>(ends[video] - first);
    for (int l = first; l < ends[video]; l++) {
      all.add(
          times.length == 0
              ? VideoLabel.whole(labels[l])
              : new VideoLabel(labels[l], time(times[2 * l]), time(times[2 * l + 1])));
    }
    return all;
  }

  /** The first label, or -1. */
  int first(int video) {
    int first = video == 0 ? 0 : ends[video - 1];
    return ends[video] == first ? -1 : labels[first];
  }

  /** How many different labels there are. */
  int classes(int video) {
    int first = video == 0 ? 0 : ends[video - 1];
    return ends[video] - first <= 1
        ? ends[video] - first
        : (int) Arrays.stream(labels, first, ends[video]).distinct().count();
  }

  private static Double time(double seconds) {
    return Double.isNaN(seconds) ? null : (Double) seconds;
  }

  long heapBytes() {
    return (long) Integer.BYTES * (ends.length + labels.length)
        + (long) Double.BYTES * times.length;
  }
}

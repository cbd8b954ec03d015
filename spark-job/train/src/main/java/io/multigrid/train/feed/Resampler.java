package io.multigrid.train.feed;

import io.multigrid.shard.Frames;
import java.nio.ByteBuffer;

/**
 * Cuts a window out of RGB24 frames and resamples it bilinearly (pixel centres at one half, no
 * antialiasing: the window is at most a little larger than the crop) into one clip of a planar
 * batch, uint8, C x T x S x S. Not thread-safe.
 */
final class Resampler {
  private static final int ONE = 1 << 8;
  private int[] left = new int[0];
  private int[] leftWeight = new int[0];
  private int[] right = new int[0];
  private byte[] plane = new byte[0];

  void write(Frames source, ClipWindow window, int crop, ByteBuffer batch, int offset) {
    int width = source.width();
    int height = source.height();
    int count = source.count();
    columns(width, window, crop);
    int area = crop * crop;
    if (plane.length < area) {
      plane = new byte[area];
    }
    byte[] rgb = source.rgb();
    double scale = window.height() / crop;
    for (int t = 0; t < count; t++) {
      int frame = t * width * height * 3;
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < crop; y++) {
          double position = clamp(window.top() + (y + 0.5) * scale - 0.5, height - 1);
          int upper = (int) position;
          int lower = Math.min(upper + 1, height - 1);
          int weight = (int) Math.round((position - upper) * ONE);
          int above = frame + upper * width * 3 + c;
          int below = frame + lower * width * 3 + c;
          int out = y * crop;
          for (int x = 0; x < crop; x++) {
            int l = left[x];
            int r = right[x];
            int w = leftWeight[x];
            int top = (rgb[above + l] & 255) * w + (rgb[above + r] & 255) * (ONE - w);
            int bottom = (rgb[below + l] & 255) * w + (rgb[below + r] & 255) * (ONE - w);
            plane[out + x] = (byte) ((top * (ONE - weight) + bottom * weight + (1 << 15)) >> 16);
          }
        }
        batch.put(offset + (c * count + t) * area, plane, 0, area);
      }
    }
  }

  private void columns(int width, ClipWindow window, int crop) {
    if (left.length < crop) {
      left = new int[crop];
      leftWeight = new int[crop];
      right = new int[crop];
    }
    double scale = window.width() / crop;
    for (int x = 0; x < crop; x++) {
      double position = clamp(window.left() + (x + 0.5) * scale - 0.5, width - 1);
      int l = (int) position;
      int column = window.mirrored() ? crop - 1 - x : x;
      left[column] = l * 3;
      right[column] = Math.min(l + 1, width - 1) * 3;
      leftWeight[column] = ONE - (int) Math.round((position - l) * ONE);
    }
  }

  private static double clamp(double position, double limit) {
    return Math.max(0, Math.min(limit, position));
  }
}

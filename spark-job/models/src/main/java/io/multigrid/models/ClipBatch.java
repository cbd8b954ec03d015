package io.multigrid.models;

import java.nio.ByteBuffer;

/**
 * Clips of one shape.
 *
 * @param pixels direct, uint8, clips x 3 (red, green, blue) x frames x crop x crop
 * @param labelSets the classes of each clip
 */
public record ClipBatch(ByteBuffer pixels, int clips, int frames, int crop, int[][] labelSets) {
  public ClipBatch {
    long bytes = 3L * clips * frames * crop * crop;
    if (!pixels.isDirect() || pixels.limit() < bytes || labelSets.length != clips) {
      throw new IllegalArgumentException(
          "%s clips x 3 x %s x %s x %s: need a direct buffer of %s bytes and %s labels, not %s and %s"
              .formatted(
                  clips, frames, crop, crop, bytes, clips, pixels.limit(), labelSets.length));
    }
  }

  /**
   * @param labels one a clip
   */
  public ClipBatch(ByteBuffer pixels, int clips, int frames, int crop, int[] labels) {
    this(pixels, clips, frames, crop, sets(labels));
  }

  /** The first label of each clip, -1 for none. */
  public int[] labels() {
    int[] first = new int[clips];
    for (int i = 0; i < clips; i++) {
      first[i] = labelSets[i].length == 0 ? -1 : labelSets[i][0];
    }
    return first;
  }

  private static int[][] sets(int[] labels) {
    int[][] sets = new int[labels.length][];
    for (int i = 0; i < sets.length; i++) {
      sets[i] = new int[] {labels[i]};
    }
    return sets;
  }
}

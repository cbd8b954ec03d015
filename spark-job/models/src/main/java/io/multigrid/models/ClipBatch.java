package io.multigrid.models;

import java.nio.ByteBuffer;

/**
 * Clips of one shape.
 *
 * @param pixels direct, uint8, clips x 3 (red, green, blue) x frames x crop x crop
 * @param labels one a clip
 */
public record ClipBatch(ByteBuffer pixels, int clips, int frames, int crop, int[] labels) {
  public ClipBatch {
    long bytes = 3L * clips * frames * crop * crop;
    if (!pixels.isDirect() || pixels.limit() < bytes || labels.length != clips) {
      throw new IllegalArgumentException(
          "%d clips x 3 x %d x %d x %d: need a direct buffer of %d bytes and %d labels, not %d and %d"
              .formatted(clips, frames, crop, crop, bytes, clips, pixels.limit(), labels.length));
    }
  }
}

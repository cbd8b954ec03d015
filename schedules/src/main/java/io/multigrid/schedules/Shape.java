package io.multigrid.schedules;

import java.io.Serializable;

/**
 * Clips of an iteration and the grid that they are drawn on: B x T x S x S.
 *
 * @param batch B, clips over all workers
 * @param frames T
 * @param crop S, pixels
 * @param minStride least temporal stride of a clip; it is drawn up to {@code maxStride}
 */
public record Shape(int batch, int frames, int crop, int minStride, int maxStride)
    implements Serializable {
  /** The shape of a turn of the short cycle: the same frames, other clips and pixels. */
  Shape at(ShortShape turn) {
    return new Shape(turn.batch(), frames, turn.crop(), minStride, maxStride);
  }
}

package io.multigrid.schedules;

import java.io.Serializable;

/**
 * The finest grid.
 *
 * @param frames T
 * @param stride frames of the source, at {@code fps}, from one frame of the clip to the next
 * @param crop S, pixels
 * @param jitterMin least short side, pixels, that a video is scaled to before the crop
 * @param jitterMax greatest one
 */
public record Clip(
    int frames,
    int stride,
    int crop,
    int jitterMin,
    int jitterMax,
    double fps,
    JitterReading jitterReading,
    JitterDraw jitterDraw,
    FrameRule sampling,
    boolean flip)
    implements Serializable {}

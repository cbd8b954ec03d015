package io.multigrid.train.feed;

/**
 * Where a clip is cut from the frames of a stored video.
 *
 * @param left left edge of the window, in stored pixels
 * @param top top edge of the window, in stored pixels
 * @param width of the window, in stored pixels; it is resampled to the crop S
 * @param height of the window, in stored pixels; it is resampled to the crop S
 * @param mirrored whether the clip is flipped left to right
 */
record ClipWindow(double left, double top, double width, double height, boolean mirrored) {}

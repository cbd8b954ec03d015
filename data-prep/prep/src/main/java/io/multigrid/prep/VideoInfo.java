package io.multigrid.prep;

/**
 * What decoding a video found.
 *
 * @param decoded frames that the decoder gave
 * @param width as shown, after rotation
 * @param durationSeconds from the first frame's start to the last one's end
 * @param notes what FFmpeg complained about; empty if nothing
 */
record VideoInfo(int decoded, int width, int height, double durationSeconds, String notes) {}

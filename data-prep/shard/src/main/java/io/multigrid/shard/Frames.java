package io.multigrid.shard;

/**
 * Decoded frames of one video, RGB24.
 *
 * @param rgb count x height x width x 3 bytes; may be longer, and is used again by its reader
 */
public record Frames(int width, int height, int count, byte[] rgb) {}

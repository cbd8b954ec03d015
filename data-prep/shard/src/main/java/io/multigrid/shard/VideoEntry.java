package io.multigrid.shard;

import java.io.Serializable;

/**
 * A video as a shard keeps it.
 *
 * @param path as the catalogue has it
 * @param width stored pixels
 * @param frames stored frames, at the grid's rate
 * @param durationSeconds of the source
 */
public record VideoEntry(
    String path, int label, Split split, int width, int height, int frames, double durationSeconds)
    implements Serializable {}

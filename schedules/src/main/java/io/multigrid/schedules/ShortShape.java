package io.multigrid.schedules;

import java.io.Serializable;

/**
 * One turn of the short cycle: clips of an iteration over all workers, and their crop in pixels.
 */
public record ShortShape(int batch, int crop) implements Serializable {}

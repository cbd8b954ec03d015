package io.multigrid.prep;

import io.multigrid.shard.Split;
import java.io.Serializable;

/**
 * A video of the catalogue.
 *
 * @param path relative to the root of the videos
 */
public record CatalogueEntry(String path, int label, Split split) implements Serializable {}

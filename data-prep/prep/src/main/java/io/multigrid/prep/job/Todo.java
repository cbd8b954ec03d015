package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.shard.Source;
import java.io.Serializable;

/**
 * A video that is there and has to be decoded.
 *
 * @param runs of before, in which this file was left out
 */
record Todo(CatalogueEntry entry, Source source, int runs) implements Serializable {}

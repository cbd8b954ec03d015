package io.multigrid.prep.job;

import io.multigrid.prep.catalogue.CatalogueEntry;
import io.multigrid.shard.Source;
import java.io.Serializable;

/** A video that is there and has to be decoded. */
record Todo(CatalogueEntry entry, Source source) implements Serializable {}

package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * What tells whether a source file is still the one that was prepared.
 *
 * @param bytes its length
 * @param modified milliseconds since 1970
 */
public record Source(@JsonProperty("bytes") long bytes, @JsonProperty("modified") long modified)
    implements Serializable {}

package io.multigrid.shard;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.Serializable;

/**
 * A finished shard, as a manifest lists it.
 *
 * @param file relative to the data set
 * @param crc32c of the whole file
 */
public record ShardInfo(
    @JsonProperty("file") String file,
    @JsonProperty("records") int records,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("crc32c") long crc32c)
    implements Serializable {}

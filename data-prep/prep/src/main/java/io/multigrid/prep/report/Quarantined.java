package io.multigrid.prep.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.multigrid.prep.decode.Reason;
import java.io.Serializable;

/**
 * A video that was left out.
 *
 * @param attempts how often it was tried
 */
public record Quarantined(
    @JsonProperty("path") String path,
    @JsonProperty("reason") Reason reason,
    @JsonProperty("detail") String detail,
    @JsonProperty("attempts") int attempts)
    implements Serializable {}

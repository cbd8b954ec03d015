package io.multigrid.prep;

import io.multigrid.shard.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * What a preparation came to.
 *
 * @param manifest what was committed; empty if too many videos were quarantined
 */
public record PrepResult(
    int videos,
    List<Quarantined> quarantined,
    Optional<Manifest> manifest,
    long decodedFrames,
    double seconds) {}

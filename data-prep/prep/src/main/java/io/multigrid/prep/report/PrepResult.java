package io.multigrid.prep.report;

import io.multigrid.shard.Manifest;
import java.util.List;
import java.util.Optional;

/**
 * What a preparation came to.
 *
 * @param videos in the catalogue
 * @param sameContent files that are the same under several names
 * @param manifest the data set as it is now; empty if too many videos were quarantined
 * @param decodedFrames in this run
 */
public record PrepResult(
    int videos,
    List<Quarantined> quarantined,
    List<SameFiles> sameContent,
    Optional<Manifest> manifest,
    PrepChanges changes,
    long decodedFrames,
    double seconds) {}

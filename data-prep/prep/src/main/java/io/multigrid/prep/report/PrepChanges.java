package io.multigrid.prep.report;

/**
 * What a run found to do.
 *
 * @param kept videos that the committed data set already had, unchanged
 * @param resumed finished by an earlier run that was stopped before its commit
 * @param prepared decoded in this run
 * @param removed that were in the committed data set and are in the catalogue no longer
 */
public record PrepChanges(int kept, int resumed, int prepared, int removed) {}

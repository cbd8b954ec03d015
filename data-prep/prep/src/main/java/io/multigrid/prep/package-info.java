/**
 * From a catalogue of encoded videos to a committed data set of shards: catalogues, decoding with
 * FFmpeg, resampling to every stored grid, and the Spark job around it.
 */
package io.multigrid.prep;

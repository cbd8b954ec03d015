/**
 * The shard format of SPEC.md: writing, reading, verifying, and the data set that a manifest
 * commits.
 */
package io.multigrid.shard;

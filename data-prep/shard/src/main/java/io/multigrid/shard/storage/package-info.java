/**
 * The one way to files, local or of any Hadoop file system: what is written appears whole or not at
 * all, and every failure is one of five kinds ({@link io.multigrid.shard.storage.Failure}).
 */
package io.multigrid.shard.storage;

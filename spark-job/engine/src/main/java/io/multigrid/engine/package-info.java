/**
 * Synchronous SGD over executors, as a small SPI. An {@link io.multigrid.engine.Engine} moves
 * weights to the {@link io.multigrid.engine.Replica}s, sums their gradients, and steps; what a
 * gradient is, and where its clips come from, is the replica's business. What is computed depends
 * on the workers of the recipe, never on how many executors run them.
 */
package io.multigrid.engine;

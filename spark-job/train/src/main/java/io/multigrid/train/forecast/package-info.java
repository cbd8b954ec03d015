/**
 * How long a plan takes, from step times that were measured: by arithmetic, or simulated with
 * chance, links, storage and losses. Without Spark.
 */
package io.multigrid.train.forecast;

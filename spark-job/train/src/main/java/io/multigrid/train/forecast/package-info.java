/** How long a plan takes, from step times that were measured: arithmetic, without Spark. */
package io.multigrid.train.forecast;

/**
 * Weights from elsewhere. A checkpoint is data: nothing in it is executed, whatever it says is
 * believed only as far as the file's length goes, and what a network has no use for is never read.
 */
package io.multigrid.models.weights;

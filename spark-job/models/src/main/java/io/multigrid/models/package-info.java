/**
 * Networks of the SlowFast family on libtorch. Tensors stay inside: the public types are plain
 * Java.
 */
package io.multigrid.models;

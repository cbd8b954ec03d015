/**
 * The engine without a parameter server: every executor is a rank of a process group, and holds all
 * weights, the gradient and the momentum in the memory of its device for the whole job. Gradients
 * are summed over the ranks by libtorch's all-reduce, range by range as they become final, and
 * every rank makes the same step.
 *
 * <p>Executors, orders to them, and the watch over them are those of {@link
 * io.multigrid.engine.dispatch}; an iteration is one order.
 */
package io.multigrid.engine.collective;

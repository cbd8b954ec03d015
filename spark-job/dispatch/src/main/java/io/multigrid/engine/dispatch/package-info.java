/**
 * Gives tasks to executors over Spark's RPC, without Spark's scheduler. An {@link
 * io.multigrid.engine.dispatch.ExecutorGroup} has one partition on each executor, and with it a
 * state that lives from task to task; a {@link io.multigrid.engine.dispatch.TaskDispatcher} on the
 * driver sends tasks to the {@link io.multigrid.engine.dispatch.TaskEndpoint} of each and puts the
 * answers together. Executors are not replaced: when one is lost, so is the group.
 *
 * <p>Knows neither BigDL nor what is computed.
 */
package io.multigrid.engine.dispatch;

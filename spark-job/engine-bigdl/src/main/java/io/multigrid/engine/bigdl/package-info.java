/**
 * The engine on Spark and BigDL: BigDL's parameter server moves weights and gradients between
 * executors through Spark's block manager, and its SGD steps. The only code that calls BigDL; what
 * reaches the executors does so by {@link io.multigrid.engine.dispatch}.
 *
 * <p>One call of BigDL's optimizer lasts for the whole job. Its loop asks {@link
 * io.multigrid.engine.bigdl.IterationLoop} before each iteration, which is where stages begin and
 * end, so that a stage change costs nothing: nobody but the loop knows of it. On each executor an
 * {@link io.multigrid.engine.bigdl.ExecutorState} holds what must survive from task to task.
 */
package io.multigrid.engine.bigdl;

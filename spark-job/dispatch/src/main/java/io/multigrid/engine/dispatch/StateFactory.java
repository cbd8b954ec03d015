package io.multigrid.engine.dispatch;

import java.io.Serializable;

/**
 * Makes what an executor keeps from task to task, on that executor. Travels there by Java
 * serialization.
 *
 * @param <S> of what is kept
 */
@FunctionalInterface
public interface StateFactory<S extends StateFactory.State> extends Serializable {
  /** What an executor keeps. */
  interface State extends AutoCloseable {
    /**
     * Nobody waits for what is under way; called before {@link #close}, by another thread than that
     * which is at work.
     */
    default void cancel() {}

    @Override
    void close();
  }

  /**
   * @param executor index, from 0
   */
  S create(int executor);
}

package io.multigrid.engine;

import java.io.Serializable;

/**
 * Makes the replica of an executor, on that executor. Travels to executors by Java serialization.
 */
@FunctionalInterface
public interface ReplicaFactory extends Serializable {
  /**
   * @param executor index, 0 to {@code executors - 1}
   */
  Replica create(int executor, int executors);
}

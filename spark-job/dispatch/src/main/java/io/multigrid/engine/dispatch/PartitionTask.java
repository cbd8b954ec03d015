package io.multigrid.engine.dispatch;

import java.io.Serializable;
import scala.collection.Iterator;

/**
 * What an executor does with its partition of an RDD. Not a lambda, so that what travels with it
 * can be seen.
 *
 * @param <T> of the RDD
 * @param <R> what is sent back
 */
public abstract class PartitionTask<T, R> implements Serializable {
  private static final long serialVersionUID = 1;

  protected abstract R of(Iterator<T> values);
}

package io.multigrid.engine.bigdl;

import java.io.Serializable;
import scala.collection.Iterator;

/**
 * What an executor does with its partition of an RDD, at its {@link Desk}. Not a lambda, so that
 * what travels with it can be seen.
 *
 * @param <T> of the RDD
 * @param <R> what is sent back
 */
abstract class DeskTask<T, R> implements Serializable {
  private static final long serialVersionUID = 1;

  abstract R of(Iterator<T> values);
}

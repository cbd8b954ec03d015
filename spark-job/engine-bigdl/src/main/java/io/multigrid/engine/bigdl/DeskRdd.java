package io.multigrid.engine.bigdl;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.MapPartitionsRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ZippedPartitionsRDD2;
import scala.Function1;
import scala.Function2;
import scala.Function3;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction3;

/**
 * An RDD whose jobs are run at the {@link Desks} of the executors. Spark's scheduler would cost
 * more than twice as much, and its closure cleaner reads the byte code of whatever class a function
 * comes from, anew for every job, to find nothing: compiled Scala functions capture only what they
 * use.
 *
 * <p>BigDL builds everything that it does in an iteration on the RDDs that it is given, so that
 * these carry through.
 */
final class DeskRdd<T, U> extends MapPartitionsRDD<U, T> {
  private static final long serialVersionUID = 1;

  /** Not a lambda: Spark looks into lambdas. */
  private static final class OfIterator<T, U>
      extends AbstractFunction3<TaskContext, Object, Iterator<T>, Iterator<U>>
      implements Serializable {
    private static final long serialVersionUID = 1;
    private final Function1<Iterator<T>, Iterator<U>> function;

    OfIterator(Function1<Iterator<T>, Iterator<U>> function) {
      this.function = function;
    }

    @Override
    public Iterator<U> apply(TaskContext context, Object partition, Iterator<T> values) {
      return function.apply(values);
    }
  }

  private static final class Identity<T>
      extends AbstractFunction3<TaskContext, Object, Iterator<T>, Iterator<T>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<T> apply(TaskContext context, Object partition, Iterator<T> values) {
      return values;
    }
  }

  private static final class Reduce<V> extends DeskTask<V, V> {
    private static final long serialVersionUID = 1;
    private final Function2<V, V, V> function;

    Reduce(Function2<V, V, V> function) {
      this.function = function;
    }

    @Override
    V of(Iterator<V> values) {
      return values.reduceLeft(function);
    }
  }

  private static final class Size<V> extends DeskTask<V, Integer> {
    private static final long serialVersionUID = 1;

    @Override
    Integer of(Iterator<V> values) {
      return values.size();
    }
  }

  private static final class Zipped<A, B, V> extends ZippedPartitionsRDD2<A, B, V> {
    private static final long serialVersionUID = 1;
    private final transient Desks desks;

    Zipped(
        RDD<A> left,
        RDD<B> right,
        Function2<Iterator<A>, Iterator<B>, Iterator<V>> function,
        boolean preserves,
        ClassTag<A> leftTag,
        ClassTag<B> rightTag,
        ClassTag<V> tag,
        Desks desks) {
      super(left.context(), function, left, right, preserves, leftTag, rightTag, tag);
      this.desks = desks;
    }

    @Override
    public V reduce(Function2<V, V, V> function) {
      return desks.run(this, new Reduce<>(function)).stream().reduce(function::apply).orElseThrow();
    }
  }

  private final ClassTag<U> tag;
  private final transient Desks desks;

  private DeskRdd(
      RDD<T> source,
      Function3<TaskContext, Object, Iterator<T>, Iterator<U>> function,
      boolean preserves,
      ClassTag<U> tag,
      ClassTag<T> sourceTag,
      Desks desks) {
    super(source, function, preserves, false, false, tag, sourceTag);
    this.tag = tag;
    this.desks = desks;
  }

  /**
   * @param desks stay on the driver
   */
  static <T> DeskRdd<T, T> of(RDD<T> source, Desks desks) {
    ClassTag<T> tag = ClassTag$.MODULE$.apply(Object.class);
    return new DeskRdd<>(source, new Identity<>(), true, tag, tag, desks);
  }

  @Override
  public <V> RDD<V> mapPartitions(
      Function1<Iterator<U>, Iterator<V>> function, boolean preserves, ClassTag<V> next) {
    return new DeskRdd<>(this, new OfIterator<>(function), preserves, next, tag, desks);
  }

  @Override
  public <B, V> RDD<V> zipPartitions(
      RDD<B> other,
      boolean preserves,
      Function2<Iterator<U>, Iterator<B>, Iterator<V>> function,
      ClassTag<B> otherTag,
      ClassTag<V> next) {
    return new Zipped<>(this, other, function, preserves, tag, otherTag, next, desks);
  }

  @Override
  public long count() {
    return desks.run(this, new Size<>()).stream().mapToLong(Integer::longValue).sum();
  }
}

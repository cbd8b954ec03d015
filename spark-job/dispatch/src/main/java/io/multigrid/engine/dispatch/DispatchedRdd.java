package io.multigrid.engine.dispatch;

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
 * An RDD whose jobs are run by a {@link TaskDispatcher}. Spark's scheduler would cost more than
 * twice as much, and its closure cleaner reads the byte code of whatever class a function comes
 * from, anew for every job, to find nothing: compiled Scala functions capture only what they use.
 *
 * <p>What is built on such an RDD is such an RDD too, so that a library which is given one carries
 * it through.
 */
public final class DispatchedRdd<T, U> extends MapPartitionsRDD<U, T> {
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

  private static final class Reduce<V> extends PartitionTask<V, V> {
    private static final long serialVersionUID = 1;
    private final Function2<V, V, V> function;

    Reduce(Function2<V, V, V> function) {
      this.function = function;
    }

    @Override
    protected V of(Iterator<V> values) {
      return values.reduceLeft(function);
    }
  }

  private static final class Size<V> extends PartitionTask<V, Integer> {
    private static final long serialVersionUID = 1;

    @Override
    protected Integer of(Iterator<V> values) {
      return values.size();
    }
  }

  /** Class tags of what is zipped, and of what comes of it. */
  private record Tags<A, B, V>(ClassTag<A> left, ClassTag<B> right, ClassTag<V> zipped) {}

  private static final class Zipped<A, B, V> extends ZippedPartitionsRDD2<A, B, V> {
    private static final long serialVersionUID = 1;
    private final transient TaskDispatcher dispatcher;

    Zipped(
        DispatchedRdd<?, A> left,
        RDD<B> right,
        Function2<Iterator<A>, Iterator<B>, Iterator<V>> function,
        boolean preserves,
        Tags<A, B, V> tags) {
      super(
          left.context(),
          function,
          left,
          right,
          preserves,
          tags.left(),
          tags.right(),
          tags.zipped());
      this.dispatcher = left.dispatcher;
    }

    @Override
    public V reduce(Function2<V, V, V> function) {
      return dispatcher.run(this, new Reduce<>(function)).stream()
          .reduce(function::apply)
          .orElseThrow();
    }
  }

  private final ClassTag<U> tag;
  private final transient TaskDispatcher dispatcher;

  private DispatchedRdd(
      RDD<T> source,
      Function3<TaskContext, Object, Iterator<T>, Iterator<U>> function,
      boolean preserves,
      ClassTag<U> tag,
      ClassTag<T> sourceTag,
      TaskDispatcher dispatcher) {
    super(source, function, preserves, false, false, tag, sourceTag);
    this.tag = tag;
    this.dispatcher = dispatcher;
  }

  /**
   * @param dispatcher stays on the driver
   */
  public static <T> DispatchedRdd<T, T> of(RDD<T> source, TaskDispatcher dispatcher) {
    ClassTag<T> tag = ClassTag$.MODULE$.apply(Object.class);
    return new DispatchedRdd<>(source, new Identity<>(), true, tag, tag, dispatcher);
  }

  @Override
  public <V> RDD<V> mapPartitions(
      Function1<Iterator<U>, Iterator<V>> function, boolean preserves, ClassTag<V> next) {
    return new DispatchedRdd<>(this, new OfIterator<>(function), preserves, next, tag, dispatcher);
  }

  @Override
  public <B, V> RDD<V> zipPartitions(
      RDD<B> other,
      boolean preserves,
      Function2<Iterator<U>, Iterator<B>, Iterator<V>> function,
      ClassTag<B> otherTag,
      ClassTag<V> next) {
    return new Zipped<>(this, other, function, preserves, new Tags<>(tag, otherTag, next));
  }

  @Override
  public long count() {
    return dispatcher.run(this, new Size<>()).stream().mapToLong(Integer::longValue).sum();
  }
}

package io.multigrid.engine.bigdl;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.CallSite;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** A Spark job over all partitions of an RDD, given to the scheduler as it is. */
final class LeanJob {
  static final CallSite SITE = new CallSite("multigrid iteration", "");

  private LeanJob() {}

  /** What a task brings back. */
  record Timed<R>(R value, long nanos) implements Serializable {}

  /** What a task does with its partition. Not a lambda, and reached by no closure. */
  abstract static class Task<T, R> extends AbstractFunction2<TaskContext, Iterator<T>, Timed<R>>
      implements Serializable {
    private static final long serialVersionUID = 1;

    abstract R of(Iterator<T> values);

    @Override
    public final Timed<R> apply(TaskContext context, Iterator<T> values) {
      TaskStart.mark(context);
      R value = of(values);
      return new Timed<>(value, TaskStart.elapsed(context));
    }
  }

  private static final class Collect<R> extends AbstractFunction2<Object, Timed<R>, BoxedUnit> {
    private final List<R> results = new ArrayList<>();
    private long slowest;

    /** Called by one thread of the scheduler at a time. */
    @Override
    public BoxedUnit apply(Object partition, Timed<R> result) {
      results.add(result.value());
      slowest = Math.max(slowest, result.nanos());
      return BoxedUnit.UNIT;
    }
  }

  /** Results in the order in which tasks end. */
  static <T, R> List<R> run(RDD<T> rdd, Task<T, R> task, JobClock clock) {
    SparkContext spark = rdd.context();
    List<Object> partitions = new ArrayList<>();
    for (int partition = 0; partition < rdd.getNumPartitions(); partition++) {
      partitions.add(partition);
    }
    Seq<Object> all = JavaConverters.asScalaBuffer(partitions);
    Collect<R> collect = new Collect<>();
    spark
        .dagScheduler()
        .runJob(
            rdd, task, all, SITE, collect, (java.util.Properties) spark.localProperties().get());
    clock.add(collect.slowest);
    return collect.results;
  }
}

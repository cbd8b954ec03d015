package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.AccumulatorV2;
import org.apache.spark.util.CallSite;

/**
 * The executors of a job, each with its state. Spark is held to one partition an executor by
 * caching the partitions there: a task goes where its partition is.
 *
 * @param <S> what an executor keeps from task to task
 */
public final class ExecutorGroup<S extends StateFactory.State> implements AutoCloseable {
  /** Spark's name for the group of a thread's jobs. */
  private static final String GROUP = "spark.jobGroup.id";

  /** A question to a state. */
  public interface Question<S, T> extends Function<S, T>, Serializable {}

  private final String id = UUID.randomUUID().toString();
  private final JavaSparkContext spark;
  private final JavaRDD<Integer> executors;
  private final TaskDispatcher dispatcher;
  private final LossWatch watch;

  private ExecutorGroup(JavaSparkContext spark, Placement placement) {
    this.spark = spark;
    this.executors = placement.executors();
    this.dispatcher = new TaskDispatcher(id, placement.places().size());
    this.watch = LossWatch.over(spark.sc(), id, placement.places(), dispatcher::abandon);
  }

  /**
   * Makes the state of every executor.
   *
   * @param patience how long executors are waited for
   * @throws EngineException if there are not enough, or a state cannot be made
   */
  public static <S extends StateFactory.State> ExecutorGroup<S> assemble(
      JavaSparkContext spark, int executors, StateFactory<S> states, Duration patience) {
    ExecutorGroup<S> group = new ExecutorGroup<>(spark, Placement.find(spark, executors, patience));
    Broadcast<StateFactory<S>> factory = spark.broadcast(states);
    try {
      group.open(factory);
      return group;
    } catch (Exception e) {
      EngineException failure =
          SparkFailures.lost("making the replicas", e, group)
              .orElseGet(() -> SparkFailures.ours("making the replicas", e));
      group.close();
      throw failure;
    } finally {
      factory.destroy();
    }
  }

  /**
   * Tasks report instead of throwing: Spark would not wait for the others, which could then not be
   * closed.
   */
  private void open(Broadcast<StateFactory<S>> factory) {
    String job = id;
    List<String> problems =
        collect(
            executors.map(
                executor -> {
                  try {
                    ExecutorStates.open(
                        new ExecutorStates.Key(job, executor),
                        () -> factory.value().create(executor));
                    return "";
                  } catch (Throwable e) {
                    return "replica of executor %d: %s".formatted(executor, e);
                  }
                }));
    if (problems.stream().anyMatch(problem -> !problem.isEmpty())) {
      throw new EngineException(
          String.join("\n", problems.stream().filter(problem -> !problem.isEmpty()).toList()));
    }
  }

  /** Unique over all JVMs. */
  public String id() {
    return id;
  }

  /** Index of each executor, one a partition. */
  public JavaRDD<Integer> executors() {
    return executors;
  }

  /** Where the executors take orders. */
  public TaskDispatcher dispatcher() {
    return dispatcher;
  }

  /** Lets the driver know of an accumulator of tasks. */
  public void register(AccumulatorV2<?, ?> accumulator) {
    spark.sc().register(accumulator);
  }

  /** Collects as one of the jobs that end when an executor is lost. */
  private <T> List<T> collect(JavaRDD<T> values) {
    String before = spark.getLocalProperty(GROUP);
    spark.setLocalProperty(GROUP, id);
    try {
      return values.collect();
    } finally {
      spark.setLocalProperty(GROUP, before);
    }
  }

  /** Executors whose process is gone, for messages. */
  List<String> lost() {
    return watch.lost();
  }

  /**
   * Answers by executor.
   *
   * @throws EngineException saying so if an executor is gone
   */
  public <T> List<T> ask(String what, Question<S, T> question) {
    String job = id;
    try {
      return collect(
          executors.map(
              executor ->
                  question.apply(ExecutorStates.of(new ExecutorStates.Key(job, executor)))));
    } catch (Exception e) {
      throw SparkFailures.lost("asking for " + what, e, this)
          .orElseGet(() -> SparkFailures.of("asking for " + what, e));
    }
  }

  /**
   * Spark jobs of the calling thread are iterations from here on. For RDDs that are told their
   * place in the source, Spark need not look for it on the stack.
   */
  public void enter() {
    spark.setJobGroup(id, "multigrid: iterations");
    spark.sc().setCallSite(new CallSite("multigrid iteration", ""));
  }

  /** Stops the iteration that is under way. */
  public void cancel() {
    if (!spark.sc().isStopped()) {
      spark.cancelJobGroup(id);
    }
  }

  /** Closes the states, unless their processes are gone with Spark. */
  @Override
  public void close() {
    watch.close();
    String job = id;
    try {
      if (spark.isLocal()) {
        dispatcher
            .executors()
            .forEach(executor -> ExecutorStates.close(new ExecutorStates.Key(job, executor)));
      } else if (!spark.sc().isStopped()) {
        executors.foreach(executor -> ExecutorStates.close(new ExecutorStates.Key(job, executor)));
      }
    } finally {
      dispatcher.close();
      if (!spark.sc().isStopped()) {
        executors.unpersist();
      }
    }
  }
}

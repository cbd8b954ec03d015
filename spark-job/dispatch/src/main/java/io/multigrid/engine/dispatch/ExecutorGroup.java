package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.OutOfMemory;
import io.multigrid.engine.TimeLimit;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.api.java.JavaFutureAction;
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

  /** What executors are asked between iterations, they answer in this time or never. */
  private static final Duration ANSWER = Duration.ofMinutes(10);

  /** How long an executor may take to be done with what it is at, and to close. */
  private static final Duration LEAVING = Duration.ofSeconds(60);

  /** A question to a state. */
  public interface Question<S, T> extends Function<S, T>, Serializable {}

  private final String id = UUID.randomUUID().toString();
  private final JavaSparkContext spark;
  private final JavaRDD<Integer> executors;
  private final TaskDispatcher dispatcher;
  private final LossWatch watch;
  private final DriverMemoryWatch memory;

  private ExecutorGroup(JavaSparkContext spark, Placement placement, Duration limit) {
    this.spark = spark;
    this.executors = placement.executors();
    this.dispatcher = new TaskDispatcher(id, placement.names(), new TaskLimit(limit));
    this.watch = LossWatch.over(spark.sc(), id, placement, dispatcher::abandon);
    this.memory = DriverMemoryWatch.start(watch::end);
  }

  /**
   * Makes the state of every executor.
   *
   * @param options how long executors, and their answers, are waited for
   * @throws EngineException if there are not enough, or a state cannot be made
   */
  public static <S extends StateFactory.State> ExecutorGroup<S> assemble(
      JavaSparkContext spark, int executors, StateFactory<S> states, EngineOptions options) {
    Placement placement = Placement.find(spark, executors, options.patience());
    ExecutorGroup<S> group = new ExecutorGroup<>(spark, placement, options.iterationLimit());
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
      if (!spark.sc().isStopped()) {
        factory.destroy();
      }
    }
  }

  /**
   * Tasks report instead of throwing: Spark would not wait for the others, which could then not be
   * closed.
   */
  private void open(Broadcast<StateFactory<S>> factory) throws Exception {
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
                    return "replica of executor %s: %s".formatted(executor, OutOfMemory.told(e));
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
  private <T> List<T> collect(JavaRDD<T> values) throws Exception {
    String before = spark.getLocalProperty(GROUP);
    spark.setLocalProperty(GROUP, id);
    try {
      return answers(values.collectAsync());
    } finally {
      spark.setLocalProperty(GROUP, before);
    }
  }

  private static <T> List<T> answers(JavaFutureAction<List<T>> job) throws Exception {
    try {
      return job.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      job.cancel(true);
      throw new EngineException(
          "executors have not answered for %s seconds; do the executors' logs, or the driver's, tell of anything?"
              .formatted(ANSWER.toSeconds()),
          e);
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
      throw new EngineException("interrupted while executors were asked", e);
    }
  }

  /** Executors whose process is gone, for messages. */
  List<String> lost() {
    return watch.lost();
  }

  /** An executor whose process has gone for want of heap, for messages. */
  Optional<String> outOfHeap() {
    return watch.outOfHeap();
  }

  /** The calling thread has caught what would have ended it. */
  public void reportOutOfMemory(OutOfMemoryError thrown) {
    memory.uncaughtException(Thread.currentThread(), thrown);
  }

  /** That memory has run out in this process, for messages. */
  Optional<String> driverOutOfMemory() {
    return memory.outOfMemory();
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

  /**
   * Closes the states of the executors that are there. Not by a job of Spark's, which would wait
   * for an executor where none is left.
   */
  @Override
  public void close() {
    memory.close();
    watch.close();
    if (!spark.sc().isStopped()) {
      dispatcher.leave(LEAVING);
    }
    if (spark.isLocal()) {
      TimeLimit.run("close-states", LEAVING, this::closeOwn);
    }
    dispatcher.close();
    if (!spark.sc().isStopped()) {
      executors.unpersist();
    }
  }

  /** Those of this process, which Spark's end does not take along. */
  private void closeOwn() {
    dispatcher.executors().forEach(e -> ExecutorStates.close(new ExecutorStates.Key(id, e)));
  }
}

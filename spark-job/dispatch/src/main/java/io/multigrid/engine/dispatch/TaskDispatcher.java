package io.multigrid.engine.dispatch;

import io.multigrid.engine.EngineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.util.AccumulatorContext;
import org.apache.spark.util.AccumulatorV2;
import org.apache.spark.util.RpcUtils;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.concurrent.ExecutionContext;
import scala.concurrent.ExecutionContext$;
import scala.runtime.AbstractFunction1;
import scala.util.Try;

/**
 * The driver's end of the {@link TaskEndpoint}s of a job: runs a task on every partition of an RDD,
 * each where its executor is, without Spark's scheduler. Results and accumulators are put together
 * in the order of the partitions. For one thread, but for {@link #abandon()}.
 */
public final class TaskDispatcher extends Endpoint {
  /** How often is looked whether Spark is still there. */
  private static final Duration PULSE = Duration.ofSeconds(1);

  private static final ExecutionContext CALLER =
      ExecutionContext$.MODULE$.fromExecutor(Runnable::run);

  private final AtomicReferenceArray<RpcEndpointRef> endpoints;
  private final List<String> names;
  private final TaskLimit limit;
  private long worked;

  /** Completed exceptionally when an executor is gone. */
  private final CompletableFuture<Object> gone = new CompletableFuture<>();

  /**
   * @param job unique over all JVMs
   * @param names of the executors, for messages
   */
  TaskDispatcher(String job, List<String> names, TaskLimit limit) {
    this.names = names;
    this.limit = limit;
    endpoints = new AtomicReferenceArray<>(names.size());
    open(name(job));
  }

  /** Of the driver's endpoint. */
  static String name(String job) {
    return "multigrid-" + job;
  }

  /**
   * Seconds that executors worked since the last call: of each job, the slowest task. What an
   * iteration takes beyond that, scheduling took.
   */
  public double takeWorked() {
    double seconds = worked * 1e-9;
    worked = 0;
    return seconds;
  }

  /** How long an executor may be at a task now. */
  public Duration limit() {
    return limit.now();
  }

  /** An executor introduces its endpoint. */
  @Override
  void take(Tuple2<?, ?> message, RpcCallContext caller) {
    endpoints.set((Integer) message._1(), (RpcEndpointRef) message._2());
    caller.reply(true);
  }

  /** Their indices. */
  IntStream executors() {
    return IntStream.range(0, endpoints.length());
  }

  /** Ends the job that is under way, and those to come. */
  void abandon() {
    gone.completeExceptionally(new IllegalStateException("an executor is gone"));
  }

  /**
   * Results by partition. Whether the processes are there is watched by {@link LossWatch}; whether
   * Spark is, and whether executors answer within their limit, here. The first task that fails ends
   * it; others may then still be at work.
   *
   * @throws EngineException naming the executors that are there and do not answer
   * @throws IllegalStateException with what that task threw as its cause
   */
  public <T, R> List<R> run(RDD<T> rdd, PartitionTask<T, R> task) {
    know(rdd);
    byte[] order = wire.write(new TaskEndpoint.Order<>(rdd, task));
    List<CompletableFuture<byte[]>> replies = new ArrayList<>();
    for (Partition partition : rdd.partitions()) {
      replies.add(ask(partition, order));
    }
    await(replies);
    List<R> results = new ArrayList<>();
    long slowest = 0;
    for (CompletableFuture<byte[]> reply : replies) {
      TaskEndpoint.Answer<R> answer = wire.read(reply.join());
      results.add(answer.value());
      slowest = Math.max(slowest, answer.nanos());
      answer.updates().forEach(TaskDispatcher::merge);
    }
    worked += slowest;
    return results;
  }

  /** An RDD knows its lineage once it has been asked for it, and then takes it along. */
  private static void know(RDD<?> rdd) {
    for (Dependency<?> dependency : JavaConverters.seqAsJavaList(rdd.dependencies())) {
      know(dependency.rdd());
    }
  }

  private CompletableFuture<byte[]> ask(Partition partition, byte[] order) {
    RpcEndpointRef endpoint = endpoints.get(partition.index());
    return TaskDispatcher.<Tuple2<Boolean, byte[]>>ask(
            endpoint, new Tuple2<>(order, wire.write(partition)))
        .thenApply(
            told -> {
              if (!told._1()) {
                throw new CompletionException(wire.<Throwable>read(told._2()));
              }
              return told._2();
            });
  }

  private static <T> CompletableFuture<T> ask(RpcEndpointRef endpoint, Tuple2<?, ?> message) {
    CompletableFuture<T> reply = new CompletableFuture<>();
    endpoint
        .<T>ask(message, RpcUtils.INFINITE_TIMEOUT(), tag())
        .onComplete(
            new AbstractFunction1<Try<T>, Void>() {
              @Override
              public Void apply(Try<T> result) {
                try {
                  reply.complete(result.get());
                } catch (Throwable e) {
                  reply.completeExceptionally(e);
                }
                return null;
              }
            },
            CALLER);
    return reply;
  }

  /**
   * Has every executor that is there give up its state, once it is done with what it is at. One
   * that does not answer in time ends with Spark.
   */
  void leave(Duration limit) {
    CompletableFuture<?>[] replies =
        executors()
            .mapToObj(endpoints::get)
            .filter(Objects::nonNull)
            .map(endpoint -> ask(endpoint, new Tuple2<>(TaskEndpoint.LEAVE, "")))
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(replies).get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return; // gone, or at work: nobody waits for it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> scala.reflect.ClassTag<T> tag() {
    return (scala.reflect.ClassTag) Wire.ANY;
  }

  private void await(List<CompletableFuture<byte[]>> replies) {
    long start = System.nanoTime();
    CompletableFuture<Void> all =
        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
    CompletableFuture<Object> failed = new CompletableFuture<>();
    for (CompletableFuture<byte[]> reply : replies) {
      reply.thenRun(() -> limit.took(Duration.ofNanos(System.nanoTime() - start)));
      reply.exceptionally(
          e -> {
            failed.completeExceptionally(e);
            return null;
          });
    }
    CompletableFuture<Object> any = CompletableFuture.anyOf(all, failed, gone);
    try {
      while (!done(any)) {
        if (env.isStopped()) {
          throw new IllegalStateException("Spark was stopped while executors were at work");
        }
        limit.check(Duration.ofNanos(System.nanoTime() - start), () -> silent(replies));
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IllegalStateException(
          "a task failed", cause instanceof CompletionException ? cause.getCause() : cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while executors were at work", e);
    }
  }

  private List<String> silent(List<CompletableFuture<byte[]>> replies) {
    return executors().filter(e -> !replies.get(e).isDone()).mapToObj(names::get).toList();
  }

  private static boolean done(CompletableFuture<?> future)
      throws InterruptedException, ExecutionException {
    try {
      future.get(PULSE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void merge(AccumulatorV2<?, ?> update) {
    AccumulatorV2 target = AccumulatorContext.get(update.id()).get();
    target.merge(update);
  }
}

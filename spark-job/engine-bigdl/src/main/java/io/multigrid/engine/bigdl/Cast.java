package io.multigrid.engine.bigdl;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.WorkerRange;
import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CallSite;

/**
 * The executors of a job, each on its seat. Spark is held to one partition an executor by caching
 * the partitions there: a task goes where its partition is.
 *
 * @param id of the job, unique over all JVMs
 * @param executors index of each executor, one a partition
 * @param desks where the executors take orders
 * @param watch over the executors' processes
 */
record Cast(
    String id, JavaSparkContext spark, JavaRDD<Integer> executors, Desks desks, LossWatch watch) {
  /** Spark's name for the group of a thread's jobs. */
  private static final String GROUP = "spark.jobGroup.id";

  /** What a seat starts from. */
  private record Start(
      ReplicaFactory replicas,
      int executors,
      List<WorkerRange> workers,
      float scale,
      float[] weights,
      float[] momentum,
      float[][] statistics)
      implements Serializable {
    static Start of(EngineJob job) {
      return new Start(
          job.replicas(),
          job.executors(),
          IntStream.range(0, job.executors()).mapToObj(job::range).toList(),
          (float) job.executors() / job.workers(),
          job.weights(),
          job.momentum().orElseGet(() -> new float[job.weights().length]),
          job.statistics());
    }

    Seat seat(int executor) {
      Slice slice = Slice.of(executor, executors, weights.length);
      Replica replica = replicas.create(executor, executors);
      WorkerRange mine = workers.get(executor);
      replica.statistics(Arrays.copyOfRange(statistics, mine.first(), mine.end()));
      return new Seat(
          executor,
          mine,
          slice,
          scale,
          replica,
          Floats.tensor(slice.of(weights)),
          Floats.tensor(slice.of(momentum)));
    }
  }

  /** A question to a seat. */
  interface Question<T> extends Function<Seat, T>, Serializable {}

  /**
   * Seats every executor, which makes its replica.
   *
   * @param patience how long executors are waited for
   */
  static Cast assemble(JavaSparkContext spark, EngineJob job, Duration patience) {
    Placement placement = Placement.find(spark, job.executors(), patience);
    String id = UUID.randomUUID().toString();
    Desks desks = new Desks(id, job.executors());
    LossWatch watch = LossWatch.over(spark.sc(), id, placement.places(), desks::abandon);
    Cast cast = new Cast(id, spark, placement.executors(), desks, watch);
    Broadcast<Start> start = spark.broadcast(Start.of(job));
    try {
      cast.seat(start);
      return cast;
    } catch (Exception e) {
      EngineException failure =
          Failures.lost("making the replicas", e, cast)
              .orElseGet(() -> Failures.ours("making the replicas", e));
      cast.close();
      throw failure;
    } finally {
      start.destroy();
    }
  }

  /**
   * Tasks report instead of throwing: Spark would not wait for the others, which could then not be
   * closed.
   */
  private void seat(Broadcast<Start> start) {
    String job = id;
    List<String> problems =
        collect(
            executors.map(
                executor -> {
                  Quiet.bigdl();
                  try {
                    Seats.take(new Seats.Key(job, executor), () -> start.value().seat(executor));
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
  <T> List<T> ask(String what, Question<T> question) {
    String job = id;
    try {
      return collect(
          executors.map(executor -> question.apply(Seats.of(new Seats.Key(job, executor)))));
    } catch (Exception e) {
      throw Failures.lost("asking for " + what, e, this)
          .orElseGet(() -> Failures.of("asking for " + what, e));
    }
  }

  /**
   * Spark jobs of the calling thread are iterations from here on. For RDDs that are told their
   * place in the source, Spark need not look for it on the stack.
   */
  void group() {
    spark.setJobGroup(id, "multigrid: iterations");
    spark.sc().setCallSite(new CallSite("multigrid iteration", ""));
  }

  /** Stops the iteration that is under way. */
  void cancel() {
    if (!spark.sc().isStopped()) {
      spark.cancelJobGroup(id);
    }
  }

  /** Closes the replicas, unless their processes are gone with Spark. */
  void close() {
    watch.close();
    String job = id;
    try {
      if (spark.isLocal()) {
        desks.executors().forEach(executor -> Seats.leave(new Seats.Key(job, executor)));
      } else if (!spark.sc().isStopped()) {
        executors.foreach(executor -> Seats.leave(new Seats.Key(job, executor)));
      }
    } finally {
      desks.close();
      if (!spark.sc().isStopped()) {
        executors.unpersist();
      }
    }
  }
}

package io.multigrid.engine.bigdl;

import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.WorkerRange;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * The executors of a job, each on its seat. Spark is held to one partition an executor by caching
 * the partitions there: a task goes where its partition is.
 *
 * @param id of the job, unique over all JVMs
 * @param executors index of each executor, one a partition
 */
record Cast(String id, JavaSparkContext spark, JavaRDD<Integer> executors) {
  /** What a seat starts from. */
  private record Start(
      ReplicaFactory replicas,
      int executors,
      List<WorkerRange> workers,
      float scale,
      float[] weights,
      float[] momentum,
      float[] statistics)
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
      replica.statistics(statistics.clone());
      return new Seat(
          executor,
          workers.get(executor),
          scale,
          replica,
          Floats.tensor(slice.of(weights)),
          Floats.tensor(slice.of(momentum)));
    }
  }

  /** A question to a seat. */
  interface Question<T> extends Function<Seat, T>, Serializable {}

  /**
   * @param place Spark's name for the process
   * @param problem why there is no replica; empty if there is one
   */
  private record Seated(String place, String problem) implements Serializable {}

  /** Seats every executor, which makes its replica. */
  static Cast assemble(JavaSparkContext spark, EngineJob job) {
    List<Integer> indices = IntStream.range(0, job.executors()).boxed().toList();
    JavaRDD<Integer> executors = spark.parallelize(indices, job.executors()).cache();
    Cast cast = new Cast(UUID.randomUUID().toString(), spark, executors);
    Broadcast<Start> start = spark.broadcast(Start.of(job));
    try {
      cast.seat(start);
      return cast;
    } catch (RuntimeException e) {
      cast.close();
      throw e instanceof EngineException ? e : Failures.of("making the replicas", e);
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
    List<Seated> seated =
        executors
            .map(
                executor -> {
                  Quiet.bigdl();
                  String problem = "";
                  try {
                    Seats.take(new Seats.Key(job, executor), () -> start.value().seat(executor));
                  } catch (RuntimeException | Error e) {
                    problem = "replica of executor %d: %s".formatted(executor, e);
                  }
                  return new Seated(SparkEnv.get().executorId(), problem);
                })
            .collect();
    List<String> problems = seated.stream().map(Seated::problem).filter(p -> !p.isEmpty()).toList();
    if (!problems.isEmpty()) {
      throw new EngineException(String.join("\n", problems));
    }
    List<String> places = seated.stream().map(Seated::place).toList();
    if (!spark.isLocal() && places.stream().distinct().count() < places.size()) {
      throw new EngineException(
          "Spark put the partitions on executors %s: each needs one of its own; set spark.task.cpus to spark.executor.cores"
              .formatted(places));
    }
  }

  /** Answers by executor. */
  <T> List<T> ask(Question<T> question) {
    String job = id;
    return executors
        .map(executor -> question.apply(Seats.of(new Seats.Key(job, executor))))
        .collect();
  }

  /** Closes the replicas. */
  void close() {
    String job = id;
    executors.foreach(executor -> Seats.leave(new Seats.Key(job, executor)));
    executors.unpersist();
  }
}

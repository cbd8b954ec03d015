package io.multigrid.engine.bigdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.engine.Clipping;
import io.multigrid.engine.Compression;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.Engines;
import io.multigrid.engine.GradientListener;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.LeastSquares;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.Statistics;
import io.multigrid.engine.WeightDecay;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.WrappedReplica;
import io.multigrid.engine.dispatch.SparkConfs;
import io.multigrid.engine.dispatch.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two executors that are processes of their own, on a real standalone cluster. */
class StandaloneClusterIT {
  private static final int PARAMETERS = 101;
  private static final int EXECUTORS = 2;
  private static StandaloneCluster cluster;
  private static JavaSparkContext spark;

  @BeforeAll
  static void startCluster() throws IOException, InterruptedException {
    cluster = StandaloneCluster.start(Path.of("target", "spark-home"), EXECUTORS);
    spark = new JavaSparkContext(SparkConfs.conf(cluster.options(EXECUTORS)));
  }

  @AfterAll
  static void stopCluster() {
    spark.stop();
    cluster.close();
  }

  @Test
  void agreesWithTheLocalEngine() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS);
    List<IterationReport> expected = new ArrayList<>();
    List<IterationReport> reports = new ArrayList<>();
    try (Engine judge = Engines.byName("local").start(job(factory));
        Engine engine = Engines.byName("bigdl").start(job(factory))) {
      assertThat(spark.sc().statusTracker().getExecutorInfos()).hasSize(1 + EXECUTORS);
      for (StageRun stage : stages()) {
        judge.run(stage, expected::add);
        engine.run(stage, reports::add);
      }
      assertClose(engine.weights(), judge.weights());
      assertClose(engine.momentum(), judge.momentum());
      assertThat(engine.statistics()).isDeepEqualTo(judge.statistics());
    }
    assertThat(reports).hasSize(6).hasSameSizeAs(expected);
    for (int i = 0; i < reports.size(); i++) {
      assertThat(reports.get(i).iteration()).isEqualTo(expected.get(i).iteration());
      assertThat(reports.get(i).loss()).isCloseTo(expected.get(i).loss(), within(1e-5));
      assertThat(reports.get(i).clips()).isEqualTo(expected.get(i).clips());
    }
  }

  @Test
  void clipsByTheNormOverExecutorsInOtherProcesses() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS);
    WeightDecay decay = new WeightDecay(List.of(new WeightDecay.Run(PARAMETERS, 0.01f)));
    Sgd clipped = new Sgd(0.9, true, new Clipping(0.5, Double.POSITIVE_INFINITY), decay);
    Sgd free = new Sgd(0.9, true, Clipping.NONE, decay);
    try (Engine judge = Engines.byName("local").start(job(factory, clipped));
        Engine other = Engines.byName("local").start(job(factory, free));
        Engine engine = Engines.byName("bigdl").start(job(factory, clipped))) {
      for (StageRun stage : stages()) {
        judge.run(stage, report -> {});
        other.run(stage, report -> {});
        engine.run(stage, report -> {});
      }
      assertClose(engine.weights(), judge.weights());
      assertClose(engine.momentum(), judge.momentum());
      assertThatThrownBy(() -> assertClose(other.momentum(), judge.momentum()))
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void namesIterationAndWorkersOfAFailureInAnotherProcess() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS).failing(2, 7);
    try (Engine engine = Engines.byName("bigdl").start(job(factory))) {
      assertThatThrownBy(() -> engine.run(stages().get(0), report -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "stage 0: iteration 2, workers 4 to 7 (executor 1): java.lang.IllegalStateException: shard is broken");
    }
  }

  @Test
  void saysThatAnExecutorWasLost() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS);
    try (Engine engine = Engines.byName("bigdl").start(job(factory))) {
      engine.run(stages().get(0), report -> {});
      assertThatThrownBy(
              () -> spark.parallelize(List.of(0), 1).foreach(x -> Runtime.getRuntime().halt(4)))
          .hasMessageContaining("ExecutorLostFailure");
      assertThatThrownBy(() -> engine.run(stages().get(1), report -> {}))
          .isInstanceOf(LostExecutorException.class)
          .hasMessageMatching(
              "stage 1, iteration 3: executor [01] \\(127.0.0.1:\\d+\\) was lost, with a share of the training"
                  + " state; start again from a checkpoint");
      assertThatThrownBy(engine::weights)
          .isInstanceOf(LostExecutorException.class)
          .hasMessageMatching(
              "asking for weights: executor [01] \\(127.0.0.1:\\d+\\) was lost, with a share of the training"
                  + " state; start again from a checkpoint");
    }
  }

  /** Fills the heap of an executor. */
  private record Greedy(LeastSquares.Factory factory) implements ReplicaFactory {
    @Override
    public Replica create(int executor, int executors) {
      Replica replica = factory.create(executor, executors);
      return executor == 0
          ? replica
          : new WrappedReplica(replica) {
            private final List<long[]> kept = new ArrayList<>();

            @Override
            public WorkResult compute(
                long iteration, int first, int end, GradientListener listener) {
              while (true) {
                kept.add(new long[1 << 20]);
              }
            }
          };
    }
  }

  @Test
  void saysThatTheHeapOfAnExecutorIsTooSmall() {
    EngineJob job = job(new Greedy(LeastSquares.Factory.of(PARAMETERS)), new Sgd(0.9, true));
    try (Engine engine = Engines.byName("bigdl").start(job)) {
      assertThatThrownBy(() -> engine.run(stages().get(0), report -> {}))
          .isExactlyInstanceOf(EngineException.class)
          .hasMessageMatching(
              "stage 0, iteration 0: executor 1 \\(127.0.0.1:\\d+\\) ran out of heap; give executors more"
                  + " \\(spark.executor.memory\\), or take fewer clips a worker");
    }
  }

  private static List<StageRun> stages() {
    return List.of(
        new StageRun(0, 0, new double[] {1e-2, 2e-2, 1e-2}),
        new StageRun(1, 3, new double[] {5e-3, 1e-3, 2e-3}));
  }

  private static EngineJob job(LeastSquares.Factory factory) {
    return job(factory, new Sgd(0.9, true));
  }

  private static EngineJob job(ReplicaFactory factory, Sgd sgd) {
    float[] weights = new float[PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      weights[i] = 0.1f * (float) Math.sin(i);
    }
    return new EngineJob(
        factory,
        8,
        EXECUTORS,
        2,
        sgd,
        weights,
        Optional.empty(),
        Statistics.same(new float[] {1, 2}, 8),
        new EngineOptions(Compression.NONE, Duration.ofMinutes(2), Duration.ofHours(1)));
  }

  /** To 1e-6 of the largest value, or of 1 if that is larger. */
  private static void assertClose(float[] actual, float[] expected) {
    float scale = 1;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    assertThat(actual).containsExactly(expected, within(1e-6f * scale));
  }
}

package io.multigrid.engine.collective;

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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Two ranks that are processes of their own, on a real standalone cluster. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CollectiveClusterIT {
  private static final int PARAMETERS = 100_003;
  private static final int EXECUTORS = 2;
  private static final Duration HOUR = Duration.ofHours(1);
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
  @Order(1)
  void agreesWithTheLocalEngineAndWithItselfToTheBit() {
    WeightDecay decay = new WeightDecay(List.of(new WeightDecay.Run(PARAMETERS, 0.01f)));
    Sgd sgd = new Sgd(0.9, true, new Clipping(5, Double.POSITIVE_INFINITY), decay);
    EngineJob job = job(LeastSquares.Factory.of(PARAMETERS), sgd, HOUR);
    try (Engine judge = Engines.byName("local").start(job);
        Engine engine = start(job);
        Engine again = start(job)) {
      for (StageRun stage : stages()) {
        judge.run(stage, report -> {});
        engine.run(stage, report -> {});
        again.run(stage, report -> {});
      }
      assertClose(engine.weights(), judge.weights());
      assertClose(engine.momentum(), judge.momentum());
      assertThat(engine.statistics()).isDeepEqualTo(judge.statistics());
      assertThat(engine.weights()).isEqualTo(again.weights());
      assertThat(engine.momentum()).isEqualTo(again.momentum());
    }
  }

  @Test
  @Order(2)
  void namesIterationAndWorkersOfAFailureInAnotherProcess() {
    LeastSquares.Factory factory = LeastSquares.Factory.of(PARAMETERS).failing(2, 7);
    try (Engine engine = start(job(factory, new Sgd(0.9, true), HOUR))) {
      assertThatThrownBy(() -> engine.run(stages().get(0), report -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "stage 0: iteration 2, workers 4 to 7 (executor 1): java.lang.IllegalStateException: shard is broken");
    }
  }

  /** Is for ever at the second iteration of one executor. */
  private record Stuck(LeastSquares.Factory factory) implements ReplicaFactory {
    @Override
    public Replica create(int executor, int executors) {
      return new WrappedReplica(factory.create(executor, executors)) {
        @Override
        public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
          if (executor == 1 && iteration == 1) {
            try {
              Thread.sleep(HOUR.toMillis());
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
          return super.compute(iteration, first, end, listener);
        }
      };
    }
  }

  /** Kills one of two processes in the midst of iterations. */
  @Test
  @Order(3)
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aKilledExecutorIsLostAndTrainingGoesOnWithAnother() {
    EngineJob job = job(LeastSquares.Factory.of(PARAMETERS), new Sgd(0.9, true), HOUR);
    for (int kill = 0; kill < 2; kill++) {
      try (Engine engine = start(job)) {
        int at = 1 + kill;
        double[] rates = new double[100_000];
        assertThatThrownBy(
                () ->
                    engine.run(
                        new StageRun(1, 0, rates),
                        report -> {
                          if (report.iteration() == at) {
                            cluster.killAnExecutor();
                          }
                        }))
            .as("kill " + kill)
            .isInstanceOf(LostExecutorException.class)
            .hasMessageMatching(
                "stage 1, iteration \\d+: executor [01] \\(127.0.0.1:\\d+\\) was lost, with a share of the training"
                    + " state; start again from a checkpoint");
        assertThatThrownBy(engine::weights).isInstanceOf(LostExecutorException.class);
      }
    }
  }

  /** The one that waits for it in the sum ends at once; the stuck one with Spark. */
  @Test
  @Order(4)
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void anExecutorThatIsStuckIsNotWaitedForForEver() {
    Stuck stuck = new Stuck(LeastSquares.Factory.of(11));
    Engine engine = start(job(stuck, new Sgd(0.9, true), Duration.ofSeconds(3)));
    assertThatThrownBy(() -> engine.run(stages().get(0), report -> {}))
        .isExactlyInstanceOf(EngineException.class)
        .hasMessageMatching(
            "stage 0: .*executor 1 \\(127.0.0.1:\\d+\\): there, but without an answer for \\d+ seconds, and \\d+ are"
                + " the limit .*");
    spark.stop();
    engine.close();
  }

  private static Engine start(EngineJob job) {
    return new CollectiveProvider().start(job);
  }

  private static List<StageRun> stages() {
    return List.of(
        new StageRun(0, 0, new double[] {1e-5, 2e-5, 1e-5}),
        new StageRun(1, 3, new double[] {5e-6, 1e-6, 2e-6}));
  }

  private static EngineJob job(ReplicaFactory factory, Sgd sgd, Duration limit) {
    int parameters = factory instanceof Stuck ? 11 : PARAMETERS;
    float[] weights = new float[parameters];
    for (int i = 0; i < parameters; i++) {
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
        new EngineOptions(Compression.NONE, Duration.ofMinutes(2), limit));
  }

  /** To 1e-6 of the largest value, or of 1 if that is larger. */
  private static void assertClose(float[] actual, float[] expected) {
    float scale = 1;
    for (float value : expected) {
      scale = Math.max(scale, Math.abs(value));
    }
    float most = 1e-6f * scale;
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(most));
    }
    assertThat(Arrays.equals(actual, new float[actual.length])).isFalse();
  }
}

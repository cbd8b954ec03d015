package io.multigrid.engine.bigdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.multigrid.engine.Compression;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.LeastSquares;
import io.multigrid.engine.LostExecutorException;
import io.multigrid.engine.NoRoomException;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.Statistics;
import io.multigrid.engine.dispatch.SparkConfs;
import io.multigrid.engine.dispatch.StandaloneCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A machine with two executors of a job dies, again and again. */
class LostMachineIT {
  private static final int EXECUTORS = 2;
  private static final int KILLS = 10;

  private static final Duration LONG = Duration.ofMinutes(5);

  /** A limit in time is for what would otherwise wait for ever. */
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void trainingGoesOnWhenItsExecutorsComeBackAndEndsWhenTheyDoNot() throws Exception {
    Random random = new Random(1);
    try (StandaloneCluster cluster =
            StandaloneCluster.start(Path.of("target", "lost-machine"), EXECUTORS);
        JavaSparkContext spark =
            new JavaSparkContext(SparkConfs.conf(cluster.options(EXECUTORS)))) {
      for (int kill = 1; kill <= KILLS; kill++) {
        try (Engine engine = new BigdlProvider().start(job(LONG))) {
          run(engine, 2);
          assertThat(cluster.executors()).isEqualTo(EXECUTORS);
          boolean between = kill % 3 == 0;
          int at = random.nextInt(10);
          if (between) {
            cluster.killWorker();
          }
          assertThatThrownBy(
                  () ->
                      engine.run(
                          new StageRun(1, 2, rates(100_000)),
                          report -> {
                            if (!between && report.iteration() == 2 + at) {
                              cluster.killWorker();
                            }
                          }))
              .as("kill " + kill)
              .isInstanceOf(LostExecutorException.class)
              .hasMessageMatching(
                  "stage 1, iteration \\d+: (executor [01] \\(127.0.0.1:\\d+\\)(, )?)+ was lost, with a share of the"
                      + " training state; start again from a checkpoint");
        }
        cluster.startWorker();
      }
      try (Engine engine = new BigdlProvider().start(job(LONG))) {
        run(engine, 3);
        cluster.killWorker();
        cluster.awaitOrphans(); // until then they answer
        assertThatThrownBy(engine::weights).isInstanceOf(LostExecutorException.class);
      }
      assertThatThrownBy(() -> new BigdlProvider().start(job(Duration.ofSeconds(2))))
          .isInstanceOf(NoRoomException.class)
          .hasMessage(
              "Spark offers 0 processes for 2 executors after 2 seconds (engine.patience) []; is there room for them in the cluster?");
    }
  }

  private static void run(Engine engine, int iterations) {
    engine.run(new StageRun(0, 0, rates(iterations)), report -> {});
  }

  private static double[] rates(int iterations) {
    double[] rates = new double[iterations];
    Arrays.fill(rates, 1e-3);
    return rates;
  }

  private static EngineJob job(Duration patience) {
    return new EngineJob(
        LeastSquares.Factory.of(11),
        EXECUTORS,
        EXECUTORS,
        1,
        new Sgd(0.9, true),
        new float[11],
        Optional.empty(),
        Statistics.same(new float[0], EXECUTORS),
        new EngineOptions(Compression.NONE, patience, Duration.ofHours(1)));
  }
}

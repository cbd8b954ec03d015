package io.multigrid.engine.bigdl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.multigrid.engine.Clipping;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineContract;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.GradientListener;
import io.multigrid.engine.IterationReport;
import io.multigrid.engine.LeastSquares;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.WeightDecay;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.WrappedReplica;
import io.multigrid.engine.dispatch.SparkConfs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract in one JVM, with up to three executors in it. */
class BigdlEngineTest extends EngineContract {
  private static SparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = new SparkContext(SparkConfs.conf(Map.of("spark.master", "local[3]")));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** A replica that takes its time, and says so. */
  private record Slow(LeastSquares.Factory factory, long nanos) implements ReplicaFactory {
    @Override
    public Replica create(int executor, int executors) {
      return new WrappedReplica(factory.create(executor, executors)) {
        @Override
        public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
          long start = System.nanoTime();
          WorkResult r = replica.compute(iteration, first, end, listener);
          LockSupport.parkNanos(nanos);
          double took = (System.nanoTime() - start) * 1e-9;
          return new WorkResult(
              r.lossSum(), r.correct(), r.clips(), 0, took, r.decodeSeconds(), r.notes());
        }
      };
    }
  }

  /** However slow the machine: what an executor worked in is no scheduling, and times add up. */
  @Test
  void timeThatExecutorsWorkedInIsNotTakenForScheduling() {
    Slow slow = new Slow(LeastSquares.Factory.of(11), 20_000_000);
    EngineJob job =
        new EngineJob(
            slow,
            2,
            1,
            1,
            new Sgd(0, false),
            new float[11],
            Optional.empty(),
            new float[2][0],
            OPTIONS);
    List<IterationReport> reports = new ArrayList<>();
    try (Engine engine = provider().start(job)) {
      engine.run(new StageRun(0, 0, new double[] {0.1, 0.1, 0.1}), reports::add);
    }
    assertThat(reports)
        .hasSize(3)
        .allSatisfy(
            r -> {
              assertThat(r.times().computeSeconds()).isPositive();
              assertThat(r.times().schedulingSeconds())
                  .isLessThan(r.seconds() - r.times().computeSeconds());
              assertThat(
                      r.times().computeSeconds()
                          + r.times().syncSeconds()
                          + r.times().schedulingSeconds())
                  .isCloseTo(r.seconds(), within(1e-9));
            });
  }

  /** As one of Spark's that fetches results may. */
  @Test
  void aThreadOfTheDriverThatRunsOutOfMemoryEndsTraining() {
    EngineJob job =
        new EngineJob(
            LeastSquares.Factory.of(11),
            2,
            2,
            1,
            new Sgd(0, false),
            new float[11],
            Optional.empty(),
            new float[2][0],
            OPTIONS);
    try (Engine engine = provider().start(job)) {
      assertThatThrownBy(
              () ->
                  engine.run(
                      new StageRun(4, 0, new double[1_000_000]),
                      report -> {
                        if (report.iteration() == 1) {
                          outOfMemory("task-result-getter-9");
                        }
                      }))
          .isExactlyInstanceOf(EngineException.class)
          .hasMessageMatching(
              "stage 4, iteration \\d+: the driver ran out of memory \\(thread task-result-getter-9: Java heap space\\);"
                  + " give it more \\(spark.driver.memory\\)");
    }
  }

  private static void outOfMemory(String name) {
    new Thread(
            () -> {
              throw new OutOfMemoryError("Java heap space");
            },
            name)
        .start();
  }

  @Test
  void iterationsAreNoSparkJobs() throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    Sgd clipped = new Sgd(0.9, true, new Clipping(0.5, 1), WeightDecay.NONE);
    EngineJob job =
        new EngineJob(
            LeastSquares.Factory.of(11),
            2,
            2,
            1,
            clipped,
            new float[11],
            Optional.empty(),
            new float[2][0],
            OPTIONS);
    List<IterationReport> reports = new ArrayList<>();
    try (Engine engine = provider().start(job)) {
      spark.listenerBus().waitUntilEmpty();
      spark.addSparkListener(listener);
      engine.run(new StageRun(0, 0, new double[] {0.1, 0.1, 0.1}), reports::add);
      spark.listenerBus().waitUntilEmpty();
      assertThat(reports).hasSize(3);
      assertThat(jobs).hasValue(0);
      engine.weights();
      spark.listenerBus().waitUntilEmpty();
      assertThat(jobs).as("which a question is").hasValue(1);
    } finally {
      spark.removeSparkListener(listener);
    }
  }

  @Override
  protected EngineProvider provider() {
    return new BigdlProvider();
  }
}

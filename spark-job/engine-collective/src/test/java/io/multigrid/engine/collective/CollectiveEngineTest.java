package io.multigrid.engine.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.multigrid.engine.Compression;
import io.multigrid.engine.DeviceVector;
import io.multigrid.engine.Engine;
import io.multigrid.engine.EngineContract;
import io.multigrid.engine.EngineException;
import io.multigrid.engine.EngineJob;
import io.multigrid.engine.EngineOptions;
import io.multigrid.engine.EngineProvider;
import io.multigrid.engine.GradientListener;
import io.multigrid.engine.LeastSquares;
import io.multigrid.engine.Replica;
import io.multigrid.engine.ReplicaFactory;
import io.multigrid.engine.Sgd;
import io.multigrid.engine.StageRun;
import io.multigrid.engine.WorkResult;
import io.multigrid.engine.WrappedReplica;
import io.multigrid.engine.dispatch.SparkConfs;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract in one JVM, with up to three ranks in it. */
class CollectiveEngineTest extends EngineContract {
  private static SparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = new SparkContext(SparkConfs.conf(Map.of("spark.master", "local[3]")));
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** Adds up nothing, and allocates nothing. */
  private record Idle(DeviceVector.Host weights, DeviceVector.Host gradient) implements Replica {
    Idle(int parameters) {
      this(DeviceVector.Host.of(parameters), DeviceVector.Host.of(parameters));
    }

    @Override
    public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
      listener.ready(0, gradient.length());
      return WorkResult.NONE;
    }

    @Override
    public float[][] statistics() {
      return new float[1][0];
    }

    @Override
    public void statistics(float[][] rows) {}

    @Override
    public void close() {}
  }

  /** By all threads of this JVM together: driver and ranks. */
  @Test
  void anIterationAllocatesNoArrayOfTheSizeOfTheParameters() {
    int parameters = 4_000_000;
    List<Long> allocated = new ArrayList<>();
    try (Engine engine =
        provider().start(job((executor, of) -> new Idle(parameters), parameters))) {
      engine.run(new StageRun(0, 0, new double[40]), report -> allocated.add(allocatedBytes()));
    }
    long each = (allocated.get(39) - allocated.get(19)) / 20;
    assertThat(each).isLessThan(4L * parameters / 8);
  }

  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return LongStream.of(threads.getThreadAllocatedBytes(threads.getAllThreadIds()))
        .filter(bytes -> bytes > 0)
        .sum();
  }

  @Test
  void sumsAreTheSameOnEveryRankToTheBit() {
    Map<Integer, float[]> weights = new ConcurrentHashMap<>();
    REMEMBERED.put("weights", weights);
    LeastSquares.Factory factory = LeastSquares.Factory.of(1001);
    try (Engine engine = provider().start(job(new Remembering(factory), 1001))) {
      engine.run(new StageRun(0, 0, new double[] {1e-3, 2e-3, 1e-3, 1e-3}), report -> {});
      assertThat(weights.get(0)).isNotEqualTo(new float[1001]).isEqualTo(weights.get(1));
    }
  }

  private static final Map<String, Map<Integer, float[]>> REMEMBERED = new ConcurrentHashMap<>();

  /** Keeps the weights that the last iteration was computed at. */
  private record Remembering(LeastSquares.Factory factory) implements ReplicaFactory {
    @Override
    public Replica create(int executor, int executors) {
      return new WrappedReplica(factory.create(executor, executors)) {
        @Override
        public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
          float[] now = new float[weights().length()];
          weights().get(now);
          REMEMBERED.get("weights").put(executor, now);
          return super.compute(iteration, first, end, listener);
        }
      };
    }
  }

  private static EngineJob job(ReplicaFactory replicas, int parameters) {
    return new EngineJob(
        replicas,
        2,
        2,
        1,
        new Sgd(0.9, true),
        new float[parameters],
        Optional.empty(),
        new float[2][0],
        OPTIONS);
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
    try (Engine engine = provider().start(job(LeastSquares.Factory.of(11), 11))) {
      spark.listenerBus().waitUntilEmpty();
      spark.addSparkListener(listener);
      engine.run(new StageRun(0, 0, new double[] {0.1, 0.1, 0.1}), report -> {});
      spark.listenerBus().waitUntilEmpty();
      assertThat(jobs).hasValue(0);
      engine.weights();
      spark.listenerBus().waitUntilEmpty();
      assertThat(jobs).as("which a question is").hasValue(1);
    } finally {
      spark.removeSparkListener(listener);
    }
  }

  /** A replica that keeps a part of its gradient back. */
  private record Silent(LeastSquares.Factory factory) implements ReplicaFactory {
    @Override
    public Replica create(int executor, int executors) {
      return new WrappedReplica(factory.create(executor, executors)) {
        @Override
        public WorkResult compute(long iteration, int first, int end, GradientListener listener) {
          return super.compute(
              iteration,
              first,
              end,
              (from, to) -> {
                if (from > 0) {
                  listener.ready(from, to);
                }
              });
        }
      };
    }
  }

  @Test
  void aGradientThatIsNotToldWholeIsAnError() {
    Silent silent = new Silent(LeastSquares.Factory.of(11));
    try (Engine engine = provider().start(job(silent, 11))) {
      assertThatThrownBy(() -> engine.run(new StageRun(2, 0, new double[] {0.1}), report -> {}))
          .isInstanceOf(EngineException.class)
          .hasMessageMatching(
              "stage 2: iteration 0, executor [01]: the replica told that 8 values of the gradient are final, of 11");
    }
  }

  @Test
  void needsNoBigdl() {
    assertThatThrownBy(() -> Class.forName("com.intel.analytics.bigdl.dllib.optim.DistriOptimizer"))
        .isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void refusesWhatItWouldNotDo() {
    EngineOptions fp16 =
        new EngineOptions(Compression.FP16, Duration.ofMinutes(1), Duration.ofHours(1));
    EngineJob job = job(LeastSquares.Factory.of(11), 11);
    EngineJob compressed =
        new EngineJob(
            job.replicas(),
            2,
            2,
            1,
            job.sgd(),
            job.weights(),
            Optional.empty(),
            job.statistics(),
            fp16);
    assertThatThrownBy(() -> provider().start(compressed))
        .hasMessage(
            "engine.compression = fp16 with engine.name = collective: must be none; gradients are summed as float32");
    Map<String, String> encrypted =
        Map.of("spark.master", "local[2]", "spark.network.crypto.enabled", "true");
    assertThat(provider().sparkProblems(encrypted, 2))
        .containsExactly(
            "spark.network.crypto.enabled = true: must be false; gradients travel between executors beside Spark, unencrypted; engine.name = bigdl encrypts them");
  }

  @Override
  protected EngineProvider provider() {
    return new CollectiveProvider();
  }
}
